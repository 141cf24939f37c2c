--- It fails without a word.
-- ends: load
-- says: :4: (error is a nil, not a text)
error(nil)
