// libcurl, and what of it Swift cannot call: functions with variable arguments.

#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

#endif
