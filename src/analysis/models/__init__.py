"""Models of admission, a folder a family: each result frozen, with tidy tables, what it withheld, and why."""
