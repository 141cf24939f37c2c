--- The well-behaved server.
return {}
