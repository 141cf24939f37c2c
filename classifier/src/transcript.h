/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript.h - the transcript of the session in sendmail's notifications. */
#ifndef BOUNCE_TRANSCRIPT_H
#define BOUNCE_TRANSCRIPT_H

#include "formats.h"
#include "rules.h"

/* To which command the reply about this recipient was an answer. STAGE_NONE when there is no
 * transcript, or when it does not tell. `only`: no other recipient is reported. */
enum stage bounce__transcript_stage(
    const struct notes *notes, const struct record *record, bool only);

/* Sendmail reports the first line of a reply that has several ("554-mx.example ..."): adds the
 * others, as the transcript shows them, to what decides. Sets record->codeless. */
void bounce__transcript_complete(
    const struct notes *notes, struct record *record, struct arena *arena);

#endif
