/* SPDX-License-Identifier: BSD-2-Clause */
/* From c-ares' status and packet to records. */
#include "sender/lookup_parse.h"

#include <ares.h>
#include <arpa/inet.h>
#include <stdbool.h>
#include "util/mem.h"

enum { MOST_ADDRESSES = 64 };

static void add(struct lookup_answer *answer, unsigned preference, const char *text)
{
    answer->records = mem_grow(answer->records, (answer->count + 1) * sizeof *answer->records);
    answer->records[answer->count++] = (struct lookup_record){preference, mem_text(text)};
}

static int parse_mx(const unsigned char *packet, int len, struct lookup_answer *answer)
{
    struct ares_mx_reply *list = NULL;
    int status = ares_parse_mx_reply(packet, len, &list);
    for (struct ares_mx_reply *mx = list; status == ARES_SUCCESS && mx; mx = mx->next)
        add(answer, mx->priority, mx->host);
    ares_free_data(list);
    return status;
}

static int parse_a(const unsigned char *packet, int len, struct lookup_answer *answer)
{
    struct ares_addrttl list[MOST_ADDRESSES];
    int count = MOST_ADDRESSES;
    char text[INET_ADDRSTRLEN];
    int status = ares_parse_a_reply(packet, len, NULL, list, &count);
    for (int i = 0; status == ARES_SUCCESS && i < count; i++)
        add(answer, 0, inet_ntop(AF_INET, &list[i].ipaddr, text, sizeof text));
    return status;
}

static int parse_aaaa(const unsigned char *packet, int len, struct lookup_answer *answer)
{
    struct ares_addr6ttl list[MOST_ADDRESSES];
    int count = MOST_ADDRESSES;
    char text[INET6_ADDRSTRLEN];
    int status = ares_parse_aaaa_reply(packet, len, NULL, list, &count);
    for (int i = 0; status == ARES_SUCCESS && i < count; i++)
        add(answer, 0, inet_ntop(AF_INET6, &list[i].ip6addr, text, sizeof text));
    return status;
}

static const char *in_words(int status)
{
    switch (status) {
    case ARES_ESERVFAIL:
        return "server failure (SERVFAIL)";
    case ARES_EREFUSED:
        return "query refused by the name server";
    case ARES_ENOTIMP:
        return "the name server does not do such queries";
    case ARES_EFORMERR:
    case ARES_EBADRESP:
        return "malformed answer";
    case ARES_ECONNREFUSED:
        return "the name server cannot be reached";
    case ARES_ETIMEOUT:
        return "the name server does not answer";
    default:
        return ares_strerror(status); /* static text */
    }
}

static int parse(
    enum lookup_type type, const unsigned char *packet, int len, struct lookup_answer *answer)
{
    switch (type) {
    case LOOKUP_MX:
        return parse_mx(packet, len, answer);
    case LOOKUP_A:
        return parse_a(packet, len, answer);
    default:
        return parse_aaaa(packet, len, answer);
    }
}

/* RFC 1035 4.1.1: neither AA nor RA. */
static bool is_lame(const unsigned char *packet, int len)
{
    return len >= 12 && !(packet[2] & 0x04) && !(packet[3] & 0x80);
}

struct lookup_answer lookup_parse(
    enum lookup_type type, int status, const unsigned char *packet, int len)
{
    struct lookup_answer answer = {0};
    if (status == ARES_SUCCESS)
        status = packet ? parse(type, packet, len, &answer) : ARES_EBADRESP;
    if (status == ARES_SUCCESS && !answer.count)
        status = ARES_ENODATA; /* a chain of CNAMEs with nothing at its end */
    /* An empty answer by somebody who neither has the zone nor asked others is no answer (RFC
     * 1034 5.3.3, "bad delegation"); taken for "no such record" it would make mail bounce at once.
     */
    if (status == ARES_ENODATA && packet && is_lame(packet, len)) {
        answer.outcome = LOOKUP_TEMPORARY;
        answer.why = "the name server does not know the domain (lame delegation)";
        return answer;
    }
    switch (status) {
    case ARES_SUCCESS:
        answer.outcome = LOOKUP_OK;
        break;
    case ARES_ENODATA:
        answer.outcome = LOOKUP_NO_DATA;
        break;
    case ARES_ENOTFOUND:
    case ARES_EBADNAME: /* no such name can exist */
        answer.outcome = LOOKUP_NO_NAME;
        break;
    default:
        answer.outcome = LOOKUP_TEMPORARY;
        answer.why = in_words(status);
    }
    return answer;
}

void lookup_answer_deinit(struct lookup_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++)
        free(answer->records[i].text);
    free(answer->records);
    *answer = (struct lookup_answer){0};
}
