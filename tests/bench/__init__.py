"""`make bench`: figures, and ratios against a bare route on the same server. Only ratios within one run count."""
