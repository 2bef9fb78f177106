/* SPDX-License-Identifier: MIT */
#include "files.h"
#include "report_show.h"
#include "verbs.h"

/* A report with memory contents is under 1 KiB. */
#define REPORT_LIMIT 65536u

static bool run(const cli_args *args, failure *f)
{
    const char *path = cli_text(args, "FILE");
    file_data data;
    if (!file_read(path, REPORT_LIMIT, &data, f)) {
        return false;
    }
    show s = show_start(cli_flag(args, "json") ? SHOW_JSON : SHOW_LINES);
    show_begin(&s, NULL);
    signet_status status = report_show(&s, file_view(&data));
    file_free(&data);
    if (status != SIGNET_OK) {
        return fail_status(f, path, status);
    }
    show_end(&s);
    show_finish(&s);
    return true;
}

static const cli_option options[] = {
    {.name = "FILE",
     .help = "an encoded ReportRecord; - for standard input",
     .required = true,
     .positional = true},
    {.name = "json", .help = "for programs", .kind = CLI_FLAG},
    {0},
};

const cli_verb verb_report_decode = {
    "report decode", "show an error report as a device sent it",
    "Addresses are relative to the image's load address.", options, run};
