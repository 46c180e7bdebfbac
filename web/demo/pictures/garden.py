"""What else grows and is gathered: vegetables, eggs, nuts, honey and flowers."""

from web.demo.pictures import scenes
from web.demo.pictures.ways import Shot, above, basket, crate, dish, front, strewn

LEAF = "\N{HERB}"
MUSHROOM = "\N{MUSHROOM}\N{ZERO WIDTH JOINER}\N{LARGE BROWN SQUARE}"

GARDEN: dict[str, tuple[Shot, Shot]] = {
    "tomato": (
        basket("leaf", "🍅", size=270, beside=["🍅", "🍅"]),
        dish("clay", "🍅", "board", LEAF, size=270, count=8, reach=260, dish=1120, lean=60),
    ),
    "broccoli": (
        basket("grain", "🥦", size=320, lean=16, beside=["🥦"]),
        dish("mint", "🥦", "board", size=340, count=7, reach=270, dish=1130, lean=40),
    ),
    "carrot": (
        strewn("mint", "🥕", size=400, lean=60, apart=0.6),
        crate("clay", "🥕", size=330, lean=30, beside=["🥕"]),
    ),
    "corn": (
        crate("sea", "🌽", size=360, lean=20, beside=["🌽"]),
        dish("grain", "🌽", "plate", size=420, count=6, reach=220, lean=60),
    ),
    "sweet-potato": (
        basket("plum", "🍠", size=310, lean=40, beside=["🍠", "🍠"]),
        dish("grain", "🍠", "board", size=390, count=6, reach=270, dish=1120, lean=40),
    ),
    "cabbage": (
        crate("paper", "🥬", size=380, lean=18, beside=["🥬"]),
        strewn("sea", "🥬", size=430, lean=50, apart=0.7),
    ),
    "mushroom": (
        basket("clay", MUSHROOM, size=270, lean=30, beside=[MUSHROOM, MUSHROOM]),
        dish("leaf", MUSHROOM, "board", size=260, count=11, reach=330, dish=1130),
    ),
    "egg": (
        above(
            "grain",
            scenes.grid,
            "🥚",
            "tray",
            goods=["🥚"],
            on="tray",
            columns=6,
            rows=5,
            pitch=169,
            size=165,
            origin=(-423, -338),
            dish=1060,
            turn=8,
        ),
        basket("leaf", "🥚", size=230, lean=40, beside=["🥚", "🥚"]),
    ),
    "chestnut": (dish("grain", "🌰", "bowl", size=230, count=22, reach=320), strewn("clay", "🌰", size=270)),
    "honey": (
        front("citrus", scenes.hero, "🍯", name="🍯", size=760, foot=990, behind=["🍯", "🍯"]),
        front("grain", scenes.stack, "🍯", name="🍯", rows=[3], size=430, step=(370, 0), foot=900),
    ),
    "tulip": (
        front("paper", scenes.bouquet, "🌷", "🌹", LEAF, "wrap", flowers=["🌷", "🌷", "🌷", "🌹"]),
        strewn("berry", "🌷", size=420, lean=40, apart=0.66),
    ),
}
