"""What every endpoint of the API stands on.

`viewsets` the default-deny base · `requirements` who may call an action · `rows` one row, as visible as it is ·
`handler` errors in one shape · `parsers` strict JSON · `throttles` ·
`authentication` tokens · `pages` answers where no view was reached · `schema` the OpenAPI description.

Nothing is imported here: DRF's settings name these modules, and importing the viewsets first would be a cycle.
"""
