--- A verb where there is no connection.
-- ends: load
-- says: :
return { connect = s:stall() }
