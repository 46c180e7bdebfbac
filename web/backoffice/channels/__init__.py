"""C3 J6: channel codes of a shop: made with a QR code to print, then watched from the scan to the money."""
