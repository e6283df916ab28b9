"""How other sites show a debate and how search engines find it: oEmbed, `embed.js`, sitemaps."""
