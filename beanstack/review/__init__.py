"""What commits would change on AWS: a page of Markdown for reviewers.

It is the comparison that `plan` uses, between two commits instead of a commit and AWS: templates and bundles are
committed, so the older commit is treated as what is deployed. Nothing here calls AWS.
"""
