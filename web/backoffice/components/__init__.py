"""The component sheet: everything under templates/components/ on one page, drawn by the templates themselves."""
