"""What the exercises check: pure functions that look at an answer's behaviour and say what is wrong with it."""
