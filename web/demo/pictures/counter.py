"""The cold counter and the baker: milk, meat, fish, bread and what is eaten between meals."""

from web.demo.pictures import scenes
from web.demo.pictures.ways import Shot, above, basket, dish, front, strewn, tray

LEAF = "\N{HERB}"

COUNTER: dict[str, tuple[Shot, Shot]] = {
    "milk": (
        front(
            "sea",
            scenes.stack,
            "milk-bottle",
            name="milk-bottle",
            rows=[3],
            size=860,
            step=(330, 0),
            foot=1060,
            roundness=0.55,
        ),
        front(
            "leaf",
            scenes.hero,
            "milk-bottle",
            "🥛",
            name="milk-bottle",
            size=920,
            foot=1050,
            behind=["milk-bottle", "milk-bottle"],
            around=[("🥛", 900, 1080, 330)],
            roundness=0.55,
        ),
    ),
    "beef": (
        dish("slate", "🥩", "board", LEAF, size=430, count=5, reach=260, dish=1130, lean=50, cloth=False),
        front("clay", scenes.hero, "🥩", LEAF, name="🥩", size=760, foot=940, around=[(LEAF, 930, 1020, 260)]),
    ),
    "fish": (
        tray("sea", "mackerel", "plate", columns=1, rows=4, pitch=185, size=760, dish=1120, turn=-18, lean=4),
        tray("slate", "mackerel", "board", columns=1, rows=3, pitch=220, size=780, dish=1150, turn=-12, lean=4),
    ),
    "shrimp": (
        dish("slate", "🦐", "plate", "🧊", size=320, count=13, reach=330, cloth=False),
        strewn("sea", "🦐", "🧊", size=340, lean=90),
    ),
    "crab": (
        tray("grain", "🦀", "board", columns=2, rows=2, pitch=430, size=430, dish=1150, turn=5, lean=10),
        basket("mint", "🦀", size=360, lean=14, beside=["🦀"]),
    ),
    "toast": (
        front("grain", scenes.hero, "🍞", name="🍞", size=740, foot=960, behind=["🍞", "🍞"]),
        above(
            "paper",
            scenes.grid,
            "🍞",
            "board",
            goods=["🍞"],
            on="board",
            columns=2,
            rows=1,
            pitch=430,
            size=440,
            origin=(-270, 0),
            dish=1120,
            turn=-6,
            lean=6,
        ),
    ),
    "croissant": (
        dish("paper", "🥐", "board", size=400, count=6, reach=270, dish=1130, lean=40),
        basket("grain", "🥐", size=340, lean=24),
    ),
    "dumpling": (
        tray("slate", "🥟", "board", columns=3, rows=4, pitch=250, size=270, dish=1150, turn=-5, lean=14),
        dish("sea", "🥟", "plate", size=290, count=9, reach=300, lean=70),
    ),
    "cookie": (
        dish("plum", "🍪", "plate", size=330, count=9, reach=280, lean=90),
        strewn("citrus", "🍪", size=340, lean=90),
    ),
}
