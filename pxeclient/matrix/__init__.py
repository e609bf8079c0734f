"""One table: the same servers, and every firmware that may come to them.

`entries` says who boots, `boots` boots them one after another, `row` reads each trace, and
`table` and `as_json` show the rows. The servers are the practice network's, a real wire's, or
those of a capture (`recorded`).
"""
