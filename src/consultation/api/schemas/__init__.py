"""What goes in and out as JSON: declared for OpenAPI, strict on the way in."""
