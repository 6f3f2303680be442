// SPDX-License-Identifier: Apache-2.0
//
// The setuid program of the image nonewprivs: tells as whom it runs. Is root unless no_new_privs holds it back.
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    printf("Effective uid: %d\n", (int)geteuid());
    return 0;
}
