"""What a household keeps: rice, oil, paper and soap."""

from web.demo.pictures import scenes
from web.demo.pictures.ways import Shot, front

PANTRY: dict[str, tuple[Shot, Shot]] = {
    "rice": (
        front(
            "grain",
            scenes.hero,
            "rice-sack",
            "🌾",
            name="rice-sack",
            size=900,
            foot=1050,
            around=[("🌾", 190, 1010, 400), ("🌾", 1010, 1010, 400)],
        ),
        front(
            "paper", scenes.hero, "🍚", "rice-sack", name="🍚", size=700, foot=960, behind=["rice-sack", "rice-sack"]
        ),
    ),
    "oil": (
        front(
            "citrus",
            scenes.hero,
            "oil-bottle",
            "🌻",
            name="oil-bottle",
            size=940,
            foot=1060,
            behind=["oil-bottle", "oil-bottle"],
            around=[("🌻", 880, 1090, 330)],
            roundness=0.7,
        ),
        front(
            "leaf",
            scenes.stack,
            "oil-bottle",
            name="oil-bottle",
            rows=[3],
            size=860,
            step=(320, 0),
            foot=1060,
            roundness=0.7,
        ),
    ),
    "tissue": (
        front(
            "leaf", scenes.stack, "tissue-pack", name="tissue-pack", rows=[3, 2, 1], size=400, step=(388, 204), foot=980
        ),
        front(
            "sea",
            scenes.hero,
            "tissue-pack",
            name="tissue-pack",
            size=800,
            foot=900,
            behind=["tissue-pack", "tissue-pack"],
        ),
    ),
    "soap": (
        front("mint", scenes.row, "🧴", "🧴", name="🧴", sizes=[700, 860, 680], step=310),
        front("sea", scenes.hero, "🧴", "🧽", "🫧", name="🧴", size=860, foot=1040, around=[("🧽", 880, 1070, 380)]),
    ),
}
