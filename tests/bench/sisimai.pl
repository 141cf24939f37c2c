#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# sisimai.pl ROUNDS FILE...: Debian's Sisimai on the same messages, in one process; one line of JSON as bench_explain.
use strict;
use warnings;
use Sisimai;
use Time::HiRes qw(clock);

my ($rounds, @files) = @ARGV;
my @mails = map { local $/; open(my $f, '<', $_) or die "$_: $!"; <$f> } @files;
my $recipients = 0;
sub read_all {
    for my $mail (@mails) {
        my $copy = $mail;
        my $found = Sisimai->make(\$copy, delivered => 1);
        $recipients += @$found if $found;
    }
}
read_all(); # modules are loaded when they are needed first
$recipients = 0;
my $start = clock();
read_all() for 1 .. $rounds;
printf('{"messages": %d, "recipients": %d, "rounds": %d, "cpu_s": %.6f, "version": "%s"}' . "\n",
    scalar @mails, $recipients / $rounds, $rounds, clock() - $start, Sisimai->version);
