"""A business licence for the application of a merchant: a sample, drawn, lying on a desk."""

import io
import json
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from PIL import Image

from web.demo.pictures.stage import Stage, Things

DRAWING = """
#let data = json(bytes(sys.inputs.data))
#set page(width: 1000pt, height: 700pt, margin: 0pt, fill: rgb("#fbf8ee"))
#set text(font: "Noto Sans SC", fill: rgb("#2b2a26"))
#place(dx: 24pt, dy: 24pt, rect(width: 952pt, height: 652pt, stroke: 7pt + rgb("#b88a3c")))
#place(dx: 40pt, dy: 40pt, rect(width: 920pt, height: 620pt, stroke: 1.5pt + rgb("#b88a3c")))
#place(center, dy: 64pt, circle(radius: 30pt, fill: rgb("#b3241c"), stroke: 4pt + rgb("#d9a441")))
#place(center, dy: 142pt, text(size: 52pt, tracking: 24pt)[营业执照])
#place(center, dy: 214pt, text(size: 20pt, fill: rgb("#8a6a34"))[演示样本，没有任何效力])
#let row(label, value, y) = {
  place(dx: 110pt, dy: y, text(size: 22pt, fill: rgb("#7a6a4a"))[#label])
  place(dx: 340pt, dy: y, text(size: 24pt)[#value])
}
#row("统一社会信用代码", data.number, 280pt)
#row("名　　称", data.name, 335pt)
#row("经 营 者", data.owner, 390pt)
#row("经营范围", "食品、农副产品、日用百货零售", 445pt)
#row("登记机关", "杭州市西湖区（演示）", 500pt)
#place(dx: 720pt, dy: 450pt, circle(radius: 78pt, stroke: 5pt + rgb("#c4352bcc")))
#place(dx: 759pt, dy: 492pt, text(size: 78pt, fill: rgb("#c4352bcc"))[★])
"""


def draw_licence(*, name: str, number: str, owner: str) -> bytes:
    """A picture as a phone takes it of a paper on a desk: JPEG, 900 pixels square."""
    page = typst.compile(
        DRAWING.encode(),
        format="png",
        ppi=72,
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[Path(pylopdf_fonts_zh_cn.sans_path()).parent]),
        sys_inputs={"data": json.dumps({"name": name, "number": number, "owner": owner})},
    )
    paper = Image.open(io.BytesIO(page)).convert("RGBA")
    desk = Stage(Things({"paper": paper}), backdrop="clay", seed=number)
    desk.lay("paper", 600, 600, 1080, turn=-3, roundness=0.12, height=0.3)
    return desk.finished()
