"""The letters a browser test photographs."""

import pytest
from playwright.sync_api import Browser


@pytest.mark.browser
def test_chinese_letters_have_shapes(chromium: Browser) -> None:
    """Without a Chinese font every letter is the same box, and no screenshot would show it is wrong."""
    page = chromium.new_page()
    page.set_content("<canvas width=300 height=60></canvas>")
    drawn = page.evaluate(
        """() => ['土', '豆'].map(letter => {
            const canvas = document.createElement('canvas');
            const pen = canvas.getContext('2d');
            pen.font = '40px sans-serif';
            pen.fillText(letter, 0, 50);
            return canvas.toDataURL();
        })"""
    )
    assert drawn[0] != drawn[1]
