/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include "cli_parse.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static size_t index_of(const cli_args *args, const char *name)
{
    size_t i = 0;
    while (strcmp(args->options[i].name, name) != 0) {
        i++;
        assert(args->options[i].name != NULL); /* not in the verb's table */
    }
    return i;
}

size_t cli_count(const cli_args *args, const char *name)
{
    return args->given[index_of(args, name)].count;
}

const char *cli_nth(const cli_args *args, const char *name, size_t index)
{
    size_t i = index_of(args, name);
    return index < args->given[i].count ? args->given[i].values[index] : NULL;
}

const char *cli_text(const cli_args *args, const char *name)
{
    return cli_nth(args, name, 0);
}

bool cli_flag(const cli_args *args, const char *name)
{
    return cli_count(args, name) > 0;
}

uint64_t cli_number(const cli_args *args, const char *name, uint64_t otherwise)
{
    const char *text = cli_text(args, name);
    uint64_t value = 0;
    if (text == NULL) {
        return otherwise;
    }
    switch (args->options[index_of(args, name)].kind) {
    case CLI_DURATION:
        cli_parse_duration(text, &value);
        break;
    case CLI_TIME:
        cli_parse_time(text, &value);
        break;
    default:
        cli_parse_number(text, UINT64_MAX, &value);
        break;
    }
    return value;
}

void cli_uuid(const cli_args *args, const char *name, uint8_t out[16])
{
    cli_parse_uuid(cli_text(args, name), out);
}

static void print_verbs(const cli_program *program, const char *prefix)
{
    size_t len = strlen(prefix);
    for (size_t i = 0; i < program->verb_count; i++) {
        const cli_verb *verb = &program->verbs[i];
        if (strncmp(verb->name, prefix, len) == 0) {
            printf("  %-18s %s\n", verb->name, verb->summary);
        }
    }
}

static void print_program(const cli_program *program)
{
    printf("usage: %s VERB [OPTION...]\n\n%s\n\n", program->name,
           program->summary);
    print_verbs(program, "");
    printf("\n'%s VERB --help' tells more. Exit codes: 0 done, 1 refused or "
           "failed,\n2 wrong usage.\n",
           program->name);
}

static void print_option(const cli_option *option)
{
    char left[48];
    if (option->positional) {
        snprintf(left, sizeof left, "%s", option->name);
    } else if (option->kind == CLI_FLAG) {
        snprintf(left, sizeof left, "--%s", option->name);
    } else {
        snprintf(left, sizeof left, "--%s %s%s", option->name, option->value,
                 option->repeated ? "..." : "");
    }
    printf("  %-26s %s%s\n", left, option->help,
           option->required ? "" : " (optional)");
}

static void print_verb(const cli_program *program, const cli_verb *verb)
{
    printf("usage: %s %s", program->name, verb->name);
    for (const cli_option *o = verb->options; o->name != NULL; o++) {
        if (o->positional) {
            printf(" %s", o->name);
        }
    }
    printf(" [OPTION...]\n\n%s\n\n", verb->summary);
    for (const cli_option *o = verb->options; o->name != NULL; o++) {
        print_option(o);
    }
    if (verb->details != NULL) {
        printf("\n%s\n", verb->details);
    }
}

/* How many words of the command line the verb's name takes; 0: another. */
static int words_matched(const char *name, int argc, char **argv)
{
    int words = 0;
    while (words < argc) {
        size_t len = strlen(argv[words]);
        if (strncmp(name, argv[words], len) != 0) {
            return 0;
        }
        words++;
        if (name[len] == '\0') {
            return words;
        }
        if (name[len] != ' ') {
            return 0;
        }
        name += len + 1u;
    }
    return 0;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
           strcmp(word, "help") == 0;
}

static int unknown_verb(const cli_program *program, int argc, char **argv)
{
    char prefix[64];
    snprintf(prefix, sizeof prefix, "%s ", argv[0]);
    for (size_t i = 0; i < program->verb_count; i++) {
        if (strncmp(program->verbs[i].name, prefix, strlen(prefix)) != 0) {
            continue;
        }
        if (argc > 1 && is_help(argv[1])) {
            print_verbs(program, prefix);
            return CLI_OK;
        }
        fprintf(stderr, "%s: '%s' needs a second word; see '%s --help'\n",
                program->name, argv[0], program->name);
        return CLI_USAGE;
    }
    fprintf(stderr, "%s: unknown verb '%s'; see '%s --help'\n", program->name,
            argv[0], program->name);
    return CLI_USAGE;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static int run_verb(const cli_program *program, const cli_verb *verb, int argc,
                    char **argv)
{
    if (wants_help(argc, argv)) {
        print_verb(program, verb);
        return CLI_OK;
    }
    cli_args args;
    failure f = {{0}};
    int code = CLI_OK;
    if (!cli_parse(verb->options, argc, argv, &args, &f)) {
        code = CLI_USAGE;
    } else if (!verb->run(&args, &f)) {
        code = CLI_REFUSED;
    } else if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fail(&f, "standard output cannot be written");
        code = CLI_REFUSED;
    }
    if (code != CLI_OK) {
        fprintf(stderr, "%s %s: %s\n", program->name, verb->name, f.text);
    }
    return code;
}

int cli_main(const cli_program *program, int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "%s: a verb is missing; see '%s --help'\n",
                program->name, program->name);
        return CLI_USAGE;
    }
    if (is_help(argv[1])) {
        print_program(program);
        return CLI_OK;
    }
    for (size_t i = 0; i < program->verb_count; i++) {
        const cli_verb *verb = &program->verbs[i];
        int words = words_matched(verb->name, argc - 1, argv + 1);
        if (words > 0) {
            return run_verb(program, verb, argc - 1 - words, argv + 1 + words);
        }
    }
    return unknown_verb(program, argc - 1, argv + 1);
}
