"""The mappings that come with Groundplan, one TOML file for each format."""
