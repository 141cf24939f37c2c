/* SPDX-License-Identifier: BSD-2-Clause */
/* tree.c - the reasons and which covers which. */
#include "bounce.h"
#include "reason.h"

int bounce__reason_index(const char *name)
{
    for (size_t i = 0; name && i < bounce__reason_count; i++)
        if (!strcmp(bounce__reasons[i].name, name))
            return (int)i;
    return -1;
}

uint8_t bounce__reason_named(const char *name)
{
    int i = bounce__reason_index(name);

    if (i < 0)
        i = bounce__reason_index("undefined");
    return (uint8_t)(i < 0 ? 0 : i);
}

static bool is_class(const char *name)
{
    for (size_t i = 0; i < bounce__reason_count; i++)
        if (!strcmp(bounce__reasons[i].class_, name))
            return true;
    return false;
}

bool bounce_reason_known(const char *reason)
{
    return reason && (bounce__reason_index(reason) >= 0 || is_class(reason));
}

bool bounce_reason_covers(const char *general, const char *specific)
{
    int index = bounce__reason_index(specific);
    const struct reason_info *info;

    if (!general || !specific || !bounce_reason_known(general) || !bounce_reason_known(specific))
        return false;
    if (!strcmp(general, specific))
        return false;
    if (!strcmp(general, "undefined"))
        return true;
    if (index < 0)
        return false;
    info = &bounce__reasons[index];
    if (!strcmp(info->class_, general))
        return true;
    if (!strcmp(general, "expired") && info->transient_cause)
        return true;
    return info->parent && !strcmp(info->parent, general);
}

const char *bounce_reason_class(const char *reason)
{
    int index = bounce__reason_index(reason);

    if (index >= 0)
        return bounce__reasons[index].class_;
    return reason && is_class(reason) ? reason : NULL;
}

const char *bounce_reason_at(size_t i)
{
    return i < bounce__reason_count ? bounce__reasons[i].name : NULL;
}

unsigned bounce_version(void)
{
    return BOUNCE_VERSION_MAJOR << 16 | BOUNCE_VERSION_MINOR << 8 | BOUNCE_VERSION_PATCH;
}
