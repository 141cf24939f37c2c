--- It behaves.
return {}
