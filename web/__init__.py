"""The only place that sees an HttpRequest: storefront, back office, API."""
