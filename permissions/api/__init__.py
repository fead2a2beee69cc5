"""The base of every endpoint of the API.

`viewsets` the base that refuses what is not declared · `requirements` who may call an action · `objects` one row
under the access rule, and its entity tag · `serializers` strict bodies · `schema` the OpenAPI description · `tokens`
signing in and out · `roles`. Parsers, errors, paging and throttles are in `common.rest`.

Nothing is imported here: DRF's settings name these modules, and importing the viewsets first would be a circle.
"""
