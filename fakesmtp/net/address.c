/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/address.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>
#include <uv.h>
#include "util/mem.h"

static const char unix_mark[] = "unix:";

static bool names_unix(const char *text)
{
    return strncmp(text, unix_mark, sizeof unix_mark - 1) == 0;
}

static int set_unix(struct address *address, const char *path)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&address->at;
    if (!*path)
        return UV_EINVAL;
    if (strlen(path) >= sizeof un->sun_path)
        return UV_ENAMETOOLONG;
    un->sun_family = AF_UNIX;
    strcpy(un->sun_path, path);
    address->len = sizeof *un;
    return 0;
}

int address_set(struct address *address, const char *literal, unsigned port)
{
    memset(address, 0, sizeof *address);
    if (names_unix(literal))
        return set_unix(address, literal + sizeof unix_mark - 1);
    if (port > 65535)
        return UV_EINVAL;
    if (strchr(literal, ':')) {
        address->len = sizeof(struct sockaddr_in6);
        return uv_ip6_addr(literal, (int)port, (struct sockaddr_in6 *)&address->at);
    }
    address->len = sizeof(struct sockaddr_in);
    return uv_ip4_addr(literal, (int)port, (struct sockaddr_in *)&address->at);
}

unsigned address_port(const struct address *address)
{
    if (address->at.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&address->at)->sin6_port);
    if (address->at.ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)&address->at)->sin_port);
    return 0;
}

bool address_is_unix(const struct address *address)
{
    return address->at.ss_family == AF_UNIX;
}

char *address_text_of(const char *literal, unsigned port)
{
    if (names_unix(literal))
        return mem_text(literal);
    return mem_format(strchr(literal, ':') ? "[%s]:%u" : "%s:%u", literal, port);
}

char *address_text(const struct address *address)
{
    char ip[INET6_ADDRSTRLEN] = "?";
    if (address_is_unix(address)) {
        const struct sockaddr_un *un = (const struct sockaddr_un *)&address->at;
        bool named = address->len > offsetof(struct sockaddr_un, sun_path) && un->sun_path[0];
        return named ? mem_format("unix:%s", un->sun_path) : mem_text("unix");
    }
    if (address->at.ss_family == AF_INET6)
        uv_ip6_name((const struct sockaddr_in6 *)&address->at, ip, sizeof ip);
    else if (address->at.ss_family == AF_INET)
        uv_ip4_name((const struct sockaddr_in *)&address->at, ip, sizeof ip);
    return address_text_of(ip, address_port(address));
}

static bool parse_port(const char *text, unsigned *port)
{
    unsigned value = 0;
    if (!*text || strlen(text) > 5)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (unsigned)(*text - '0');
    }
    *port = value;
    return value <= 65535;
}

char *address_parse(const char *text, unsigned *port, char **why)
{
    const char *colon = strrchr(text, ':');
    struct address parsed;
    char *literal = NULL;
    if (names_unix(text)) {
        *port = 0;
        literal = mem_text(text);
    } else if (colon && parse_port(colon + 1, port)) {
        if (text[0] == '[' && colon > text + 1 && colon[-1] == ']')
            literal = mem_bytes(text + 1, (size_t)(colon - text) - 2);
        else
            literal = colon == text ? mem_text("0.0.0.0") : mem_bytes(text, (size_t)(colon - text));
    }
    if (literal && address_set(&parsed, literal, *port) == 0)
        return literal;
    free(literal);
    *why = mem_format("%s: not an address; write 127.0.0.1:2525, [::1]:2525, unix:PATH, or "
                      "127.0.0.1:0 for a free port",
        text);
    return NULL;
}
