---@meta
-- SPDX-License-Identifier: BSD-2-Clause
--- fakesmtp: what a scenario may name, for editors that speak to the Lua language server (LuaLS).
--
-- Nothing here runs. In .luarc.json: { "workspace.library": ["<this folder>"], "runtime.version": "Lua 5.4" };
-- fakesmtp-scenario(5) says more about everything. All times are seconds of the run's clock.

---A reply as it goes over the wire, without CRLF ("550 5.1.1 No such user"), a list of such texts with one code, or raw().
---@alias Reply string|string[]|RawReply

---@class RawReply bytes that are sent as they stand, see raw()
---@field raw string
---@field code integer

---@class Address of MAIL FROM or RCPT TO; can be read only, as all that a handler is given
---@field addr string user@domain
---@field user string the local part
---@field domain string
---@field params table<string, string|true> ESMTP parameters by upper-case name (RFC 5321 4.1.1.11)

---@class Sender: Address
---@field size? integer SIZE= (RFC 1870)
---@field body? string BODY= (RFC 6152)
---@field ret? "FULL"|"HDRS" RET= (RFC 3461 4.3)
---@field envid? string ENVID= (RFC 3461 4.4)

---@class Recipient: Address
---@field notify? string[] NOTIFY= (RFC 3461 4.1)
---@field orcpt? {type: string, addr: string} ORCPT= (RFC 3461 4.2)

---@class Chunk what BDAT announces (RFC 3030)
---@field number integer from 1
---@field size integer octets
---@field last boolean

---@class Message a message that has come whole
---@field size integer octets
---@field too_big boolean larger than the server keeps
---@field copy? integer how many-th time it came for one of its recipients, from 1
---@field duplicate? boolean an earlier copy had been kept

---@class Login one message of a client that logs in (RFC 4954)
---@field mechanism string
---@field step integer 1 is the command AUTH itself
---@field user? string once it is known
---@field ok? boolean with the last message: are the credentials right?

---@class Tls how TLS is done, and what of it goes wrong (RFC 3207)
---@field implicit? boolean from the first byte, before the greeting
---@field cert? "good"|"expired"|"not-yet-valid"|"self-signed"|"wrong-name"|"revoked"|"unknown-ca"|"sha1"|"weak-key"|"no-intermediate"
---@field versions? "1.0"|"1.1"|"1.2"|"1.3"|string[]
---@field ciphers? string as in ciphers(1ssl)
---@field client_cert? "request"|"require"
---@field abort? "silence"|"garbage"|"close"|"reset"|"alert"|"plain"
---@field after? "reply"|"client-hello"|"server-hello" when it is given up
---@field alert? string|integer a name or number of RFC 8446 6
---@field delay? number seconds between the ClientHello and what follows
---@field inject? string bytes in clear, right behind the 220
---@field discard? boolean false: what was said in clear behind STARTTLS counts as said under TLS
---@field close_notify? boolean false: the connection ends without one
---@field timeout? number seconds for the handshake, 300 otherwise

---@class Session the connection; its facts can be read only
---@field id integer number of the session in this run
---@field connection integer how many-th to this host
---@field peer string "192.0.2.1:40123"
---@field ip string of the peer
---@field host string the server's own name
---@field helo? string what the client called itself
---@field esmtp? boolean
---@field from? Sender while a transaction is open
---@field rcpts? Recipient[] those that were accepted
---@field max_size integer octets
---@field protocol? string SMTP, ESMTP, ESMTPSA, LMTP ... (RFC 3848)
---@field auth? {mechanism: string, user: string}
---@field transaction integer how many MAIL were accepted in this connection
---@field messages integer how many messages were
---@field duplicate? boolean the last message had been kept before
---@field xclient? table what XCLIENT said
---@field tls? {version: string, cipher: string, sni?: string, client_cert?: string}
---@field notes table for notes of your own
local session = {}

---Exactly these bytes: nothing added, nothing checked.
---@param bytes string
function session:send(bytes) end

---A well-formed reply now.
---@param reply Reply
---@return integer code
function session:reply(reply) end

---The next line without CRLF, or nil and why.
---@param timeout? number seconds
---@return string? line
---@return "closed"|"timeout"|"too long"|nil why
function session:line(timeout) end

---The next command, taken apart; or nil and why, as line().
---@param timeout? number seconds
---@return string? verb in small letters
---@return string|Address|Chunk|nil argument
---@return string? reply to its syntax error
---@return string? line
function session:command(timeout) end

---Reads mail data up to the final dot.
---@param timeout? number seconds
---@return Message? message
---@return "closed"|"timeout"|nil why
function session:data(timeout) end

---So many bytes, whatever they are.
---@param count integer 64 KiB at most
---@param timeout? number seconds
---@return string? bytes
---@return "closed"|"timeout"|nil why
function session:read(count, timeout) end

---How many bytes the client has sent ahead of what was read.
---@return integer
function session:pending() end

---Waits; only this connection does.
---@param seconds number
function session:sleep(seconds) end

---Says nothing any more, until the client gives up.
function session:stall() end

---What was said goes out, then the connection closes in order (FIN). Does not return.
function session:finish() end

---Closes at once. Does not return.
function session:drop() end

---A TCP reset. Does not return.
function session:reset() end

---Closes our side; what the client says is still read.
function session:half_close() end

---Says 220 and does a TLS handshake.
---@param options? Tls overrides the scenario's `tls` for this time
---@return true? up
---@return string? why
function session:starttls(options) end

---From now on what is said goes out so many bytes at a time; false ends that.
---@param how {bytes?: integer, every?: number}|false
function session:drip(how) end

---The next bytes go in pieces of these sizes, then the rest in one: s:split{3, 10, every = 0.01}
---@param how {[integer]: integer, every?: number}
function session:split(how) end

---Waits until all that was said has gone to the network.
function session:flush() end

---Reads nothing of the client any more, for good.
---@param buffer? integer bytes that the system may still take
function session:stop_reading(buffer) end

---True with probability p, from the run's seed and the number of the session.
---@param p number 0 to 1
---@return boolean
function session:chance(p) end

---Seconds on the run's clock.
---@return number
function session:now() end

---The server took the message, whatever it says or does not say from here on.
function session:keep() end

---@alias Word "accept"|"refuse"|"blackhole"|"reset"
---@alias Listen Word|{[1]: Word, lasting?: number, times?: integer, buffer?: integer}

---@class Host one host: its handlers, and what its server can do
---@field listen? Listen what it does before any conversation
---@field addresses? Listen[] several IPv4 addresses
---@field addresses6? Listen[] IPv6 addresses
---@field extensions? table<string, any> what EHLO announces: true, false, "announced", "hidden" or a value
---@field users? table<string, string> passwords by name
---@field lmtp? boolean LMTP (RFC 2033)
---@field proxy? boolean the connection begins with a header of the PROXY protocol
---@field tls? true|Tls
---@field dialogue? fun(s: Session) gets the bare connection
---@field connect? Reply|fun(s: Session): Reply? the greeting
---@field ehlo? Reply|fun(s: Session, name: string, verb: "EHLO"|"HELO"|"LHLO"): Reply?
---@field starttls? Reply|fun(s: Session): Reply?
---@field auth? Reply|fun(s: Session, auth: Login): Reply?
---@field mail? Reply|fun(s: Session, from: Sender): Reply?
---@field rcpt? Reply|fun(s: Session, to: Recipient): Reply?
---@field data? Reply|fun(s: Session, chunk?: Chunk): Reply?
---@field eom? Reply|fun(s: Session, message: Message): Reply|table<string, Reply|function>|nil
---@field rset? Reply|fun(s: Session): Reply?
---@field quit? Reply|fun(s: Session): Reply?
---@field other? Reply|fun(s: Session, line: string): Reply? an unknown command
---@field close? fun(s: Session) the connection is over

---@class MxHost: Host
---@field host string a label such as "mx1"
---@field preference? integer 0 to 65535, 10 otherwise
---@field returns? {[1]: string, after?: number} what it accepts it reports on as undeliverable, so many seconds later

---@class Range see at_least(), at_most(), between()

---@class AnyOf see any_of()

---@class Bounce what must be said of a recipient
---@field reason string as `whybounced --list-reasons` has them
---@field stage? string
---@field actor? "sender"|"sender-postmaster"|"recipient"|"recipient-postmaster"|"postmasters"|"nobody"
---@field status? string
---@field reply? string
---@field permanent? boolean
---@field retryable? boolean
---@field address_dead? boolean
---@field expired? boolean

---@alias Said Bounce|"none"|AnyOf
---@alias Count integer|Range
---@alias CountOf Count|table<string, Count>

---@class Conduct of the sender
---@field attempts? Count connections to the domain's hosts, refused ones included
---@field waits? table<string, number|Range> seconds it held out at a stage where the server said nothing, at least
---@field order? string[] hosts, as each attempt is to try them
---@field gaps? number|Range seconds between two attempts, at least
---@field lifetime? number|Range seconds from the submission to the bounce, at least
---@field quit? boolean every session ends with QUIT, or none does
---@field resent? Count messages that came whole once more
---@field duplicates? Count those of them of which the server had kept a copy
---@field asked? table<string, Count> how often RCPT TO named a recipient, as in ["nobody@"] = 1
---@field commands? table<string, Count> how often a command came, by its verb in small letters

---@class Expectation what must come of it; what is not stated is not judged
---@field bounce? Said|table<string, Said> one, or by recipient as in ["nobody@"] = {...}
---@field delayed? Said|table<string, Said> the same of a warning that the mail is late
---@field delivered? CountOf copies that the server kept
---@field client? Conduct|AnyOf

---@class Scenario: Host
---@field source? string where the behaviour is documented
---@field mx? MxHost[]
---@field dns? string|table what the DNS says of the domain
---@field send? {to?: string[], size?: integer}
---@field expect? Expectation|AnyOf

---A reply of exactly these bytes, malformed on purpose; the server goes on as if it had said `code`.
---@param bytes string
---@param code? integer otherwise what the bytes begin with
---@return RawReply
function raw(bytes, code) end

---@param n number
---@return Range
function at_least(n) end

---@param n number
---@return Range
function at_most(n) end

---@param a number
---@param b number
---@return Range
function between(a, b) end

---Where the standard leaves something open: one alternative must fit wholly.
---@param why string which standard leaves what open
---@param ... table|"none" at least two
---@return AnyOf
function any_of(why, ...) end

---@param n number
---@return number seconds
function seconds(n) end

---@param n number
---@return number seconds
function minutes(n) end

---@param n number
---@return number seconds
function hours(n) end

---@param n number
---@return number seconds
function days(n) end

none = "none" ---@type "none" no bounce may come
accept = "accept" ---@type "accept"
refuse = "refuse" ---@type "refuse" connection refused
blackhole = "blackhole" ---@type "blackhole" connection requests are dropped unanswered
reset = "reset" ---@type "reset" accepted and reset at once
nxdomain = "nxdomain" ---@type "nxdomain" DNS: there is no such name
nodata = "nodata" ---@type "nodata" DNS: there is, but no such record
servfail = "servfail" ---@type "servfail" DNS: the response code
refused = "refused" ---@type "refused" DNS: the response code
silent = "silent" ---@type "silent" DNS: no answer at all
truncated = "truncated" ---@type "truncated" DNS: over UDP nothing but the flag TC
late = "late" ---@type "late" DNS: the right answer after `seconds`
wrong_id = "wrong_id" ---@type "wrong_id" DNS: the right answer to somebody else's question
lame = "lame" ---@type "lame" DNS: a referral to the root, by a server that was never told of the domain
referral = "referral" ---@type "referral" DNS: a referral to name servers that nobody can ask
referral = "referral" ---@type "referral" DNS: to name servers that nobody can ask
answered = "answered" ---@type "answered" DNS: the right answer
