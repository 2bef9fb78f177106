/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* prctl, pipe2 */
#include "broker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#define START_TRIES 250
#define START_PAUSE_MS 20
#define MAX_ARGUMENTS 16u

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

static void pause_ms(long ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};

    (void)nanosleep(&time, NULL);
}

/* Bind port (0: any) on loopback; returns the socket, -1: taken. */
static int listen_on(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 &&
        bind(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static uint16_t free_port(void)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int fd = listen_on(0);

    if (fd < 0 || getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        give_up("free port");
    }
    (void)close(fd);
    return ntohs(address.sin_port);
}

static bool accepts(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = fd >= 0 && connect(fd, (const struct sockaddr *)&address,
                                   sizeof address) == 0;
    (void)close(fd);
    return connected;
}

/* Fork; the child ends when the test does, even when that is killed. */
static pid_t spawn(char *const *arguments, int out)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid < 0) {
        give_up("fork");
    }
    if (pid != 0) {
        return pid;
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || (out >= 0 && dup2(out, 1) < 0)) {
        _exit(126);
    }
    (void)execvp(arguments[0], arguments);
    /* Debian keeps the daemon where ordinary users do not look. */
    if (strcmp(arguments[0], "mosquitto") == 0) {
        (void)execv("/usr/sbin/mosquitto", arguments);
    }
    perror(arguments[0]);
    _exit(127);
}

void broker_open(broker *b, const char *extra)
{
    FILE *file;
    int fd;

    memset(b, 0, sizeof *b);
    b->folder_fd = temporary_make(b->folder);
    b->port = free_port();
    fd = openat(b->folder_fd, "mosquitto.conf", O_WRONLY | O_CREAT | O_CLOEXEC,
                0600);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL) {
        give_up("mosquitto.conf");
    }
    /* user: as root it would become somebody who cannot read the folder. */
    (void)fprintf(file,
                  "listener %u 127.0.0.1\nallow_anonymous true\n"
                  "user root\nset_tcp_nodelay true\nlog_type error\n%s",
                  b->port, extra);
    if (fclose(file) != 0) {
        give_up("mosquitto.conf");
    }
    broker_start(b);
}

void broker_start(broker *b)
{
    char path[TEMPORARY_SIZE + 32];
    char program[] = "mosquitto";
    char option[] = "-c";
    char *const arguments[] = {program, option, path, NULL};

    (void)snprintf(path, sizeof path, "%s/mosquitto.conf", b->folder);
    b->pid = spawn(arguments, -1);
    for (int i = 0; i < START_TRIES; i++) {
        if (accepts(b->port)) {
            return;
        }
        if (waitpid(b->pid, NULL, WNOHANG) == b->pid) {
            break;
        }
        pause_ms(START_PAUSE_MS);
    }
    (void)fprintf(stderr, "mosquitto does not start; is it installed?\n");
    exit(1);
}

void broker_kill(broker *b, int signal)
{
    if (b->pid != 0) {
        (void)kill(b->pid, signal);
        (void)waitpid(b->pid, NULL, 0);
        b->pid = 0;
    }
}

void broker_close(broker *b)
{
    broker_kill(b, SIGTERM);
    temporary_remove(b->folder, b->folder_fd);
}

void broker_client_start(broker_client *client, const broker *b,
                         const char *program, const char *const *arguments)
{
    char port[8];
    const char *list[MAX_ARGUMENTS] = {program, "-h", "127.0.0.1", "-p", port};
    size_t count = 5;
    int ends[2];

    (void)snprintf(port, sizeof port, "%u", b->port);
    while (*arguments != NULL && count + 1 < MAX_ARGUMENTS) {
        list[count++] = *arguments++;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        give_up("pipe");
    }
    /* execvp takes them without const and changes nothing. */
    client->pid = spawn((char *const *)(uintptr_t)list, ends[1]);
    client->out = ends[0];
    (void)close(ends[1]);
}

bool broker_client_byte(broker_client *client, int timeout_ms, uint8_t *byte)
{
    struct pollfd wait = {.fd = client->out, .events = POLLIN};

    return poll(&wait, 1, timeout_ms) == 1 && read(client->out, byte, 1) == 1;
}

int broker_client_wait(broker_client *client)
{
    int status = 0;

    (void)waitpid(client->pid, &status, 0);
    (void)close(client->out);
    client->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void broker_client_stop(broker_client *client)
{
    if (client->pid != 0) {
        (void)kill(client->pid, SIGTERM);
        (void)broker_client_wait(client);
    }
}
