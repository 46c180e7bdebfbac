"""Fruit."""

from web.demo.pictures import scenes
from web.demo.pictures.ways import Shot, above, basket, crate, dish, front, strewn, tray

LEAF = "\N{HERB}"

FRUIT: dict[str, tuple[Shot, Shot]] = {
    "orange": (
        crate("citrus", "🍊", beside=["🍊", "🍊"]),
        dish("leaf", "🍊", "bowl", size=320, count=9, reach=270, lean=60),
    ),
    "apple": (crate("leaf", "🍎", size=290, lean=16, beside=["🍎"]), strewn("clay", "🍎", LEAF, size=330, lean=50)),
    "pear": (
        dish("leaf", "🍐", "plate", size=400, count=7, reach=240, lean=90),
        crate("citrus", "🍐", size=300, lean=14, beside=["🍐", "🍐"]),
    ),
    "peach": (
        dish("berry", "🍑", "plate", size=330, count=8, reach=255, lean=40),
        crate("leaf", "🍑", size=280, lean=20, beside=["🍑", "🍑"]),
    ),
    "grape": (
        dish("plum", "🍇", "plate", size=460, count=5, reach=190, lean=50),
        basket("plum", "🍇", size=330, lean=14),
    ),
    "strawberry": (
        basket("berry", "🍓", size=230, beside=["🍓", "🍓"]),
        dish("paper", "🍓", "bowl", size=240, count=22, reach=330),
    ),
    "blueberry": (dish("sea", "🫐", "bowl", size=250, count=20, reach=330), strewn("plum", "🫐", LEAF, size=300)),
    "cherry": (
        dish("berry", "🍒", "plate", size=270, count=16, reach=300, lean=120),
        strewn("paper", "🍒", size=300, lean=150),
    ),
    "kiwi": (strewn("leaf", "🥝", size=330, lean=90), crate("leaf", "🥝", size=270, beside=["🥝", "🥝"])),
    "mango": (
        above(
            "citrus",
            scenes.grid,
            "🥭",
            "board",
            goods=["🥭"],
            on="board",
            columns=3,
            rows=2,
            pitch=320,
            size=340,
            origin=(-330, -160),
            dish=1110,
            turn=6,
            lean=10,
        ),
        basket("leaf", "🥭", size=300, beside=["🥭"]),
    ),
    "pineapple": (
        front("citrus", scenes.row, "🍍", name="🍍", sizes=[640, 860, 620], step=320),
        strewn("leaf", "🍍", size=470, lean=35, apart=0.72),
    ),
    "banana": (
        front("sea", scenes.row, "bananas", name="bananas", sizes=[520, 700, 500], step=330),
        tray("leaf", "bananas", "board", columns=2, rows=2, pitch=430, size=470, dish=1150, turn=-5, lean=16),
    ),
    "lemon": (
        strewn("mint", "🍋", LEAF, size=300, lean=120),
        basket("citrus", "🍋", size=270, beside=["🍋", "🍋"]),
    ),
    "avocado": (
        tray("clay", "🥑", "board", columns=3, rows=2, pitch=330, size=370, dish=1140, turn=-6, lean=16),
        crate("mint", "🥑", size=300, lean=26, beside=["🥑"]),
    ),
    "coconut": (
        front("sea", scenes.hero, "🥥", LEAF, name="🥥", size=760, foot=1010, behind=["🥥", "🥥"]),
        strewn("grain", "🥥", LEAF, size=380, lean=60),
    ),
    "melon": (
        front("mint", scenes.row, "🍈", name="🍈", sizes=[560, 720, 540], step=330),
        crate("leaf", "🍈", size=360, lean=14),
    ),
}
