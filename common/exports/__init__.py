"""Any list or report as a file for Excel. The engine knows no domain: whoever has a list registers it as a report."""
