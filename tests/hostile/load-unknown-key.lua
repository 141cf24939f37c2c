--- A key that is none.
-- ends: load
-- says: :4: unknown stage or key 'rctp' (did you mean 'rcpt'?)
return { rctp = "550 5.1.1 No" }
