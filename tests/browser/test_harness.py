"""The harness itself, on plain ipywidgets: a slider, a list, a button during a running cell, an upload."""

import pytest

CELLS = [
    """
import ipywidgets
slider = ipywidgets.IntSlider(20, 0, 40, description="degrees")
choice = ipywidgets.Dropdown(options=["nearest", "reflect"], description="fill_mode")
tick = ipywidgets.Checkbox(False, description="flip")
shown = ipywidgets.HTML()
def draw(_=None):
    text = f"{slider.value} degrees, {choice.value}, flip {tick.value}"
    shown.value = f'<figure><svg width="{slider.value}"/><figcaption role="status">{text}</figcaption></figure>'
for control in (slider, choice, tick):
    control.observe(draw, "value")
draw()
ipywidgets.VBox([slider, choice, tick, shown])
""",
    """
import ipywidgets
upload = ipywidgets.FileUpload(description="Your file")
said = ipywidgets.HTML()
def received(change):
    said.value = f"{change['new'][0]['name']}: {len(change['new'][0]['content'])} bytes"
upload.observe(received, "value")
ipywidgets.VBox([upload, said])
""",
    """
import threading, time, ipywidgets
asked = threading.Event()
button = ipywidgets.Button(description="Stop")
button.on_click(lambda _: asked.set())
if hasattr(button.comm, "_reply_subshell_for"):  # ipykernel 7.4 would keep the click for the thread of this cell
    button.comm._reply_subshell_for = lambda data, subshell: subshell
display(button)
print("in the loop")
end = time.monotonic() + 60
while not asked.is_set() and time.monotonic() < end:
    time.sleep(0.02)
print("stopped" if asked.is_set() else "never heard")
""",
    "1 / 0",
]


@pytest.fixture(scope="module")
def notebook(lab):
    with lab.open(CELLS) as opened:
        yield opened


def test_a_button_is_heard_while_a_cell_runs(notebook):
    cell = notebook.cell(2)
    cell.start()
    cell.wait_for("in the loop")
    cell.click("Stop")
    cell.finish()
    assert cell.printed() == "in the loop\nstopped\n"


def test_controls_answer_to_the_keyboard(notebook):
    cell = notebook.cell(0)
    cell.run()
    cell.wait_for("20 degrees, nearest, flip False", "caption")
    with cell.changes("caption", "picture"):
        cell.press(cell.slider("degrees"), "ArrowRight")
    assert cell.readout("degrees") == "21"
    with cell.changes("caption"):
        cell.choose("fill_mode", "reflect")
    with cell.changes("caption"):
        cell.press(cell.checkbox("flip"), "Space")
    assert cell.caption() == "21 degrees, reflect, flip True"
    with pytest.raises(AssertionError, match="the caption did not change"), cell.changes("caption", seconds=0.5):
        cell.press(cell.checkbox("flip"), "Tab")


def test_a_file_is_uploaded(notebook, tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("eleven char", encoding="utf-8")
    cell = notebook.cell(1)
    cell.run()
    with cell.changes("text"):
        cell.upload("Your file", [path])
    cell.wait_for("words.txt: 11 bytes")


def test_a_cell_that_fails_says_so(notebook):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        notebook.cell(3).run()
