// SPDX-License-Identifier: BSD-2-Clause
// relay_anybody.js - whoever comes may send to anywhere.
'use strict'

exports.hook_connect = (next, connection) => {
    connection.relaying = true
    next()
}
