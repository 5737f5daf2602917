// What the operating system says about proxies.
#pragma once

#include <string>

namespace wardwatch {

/// As systems write it. Entries are separated by ';', ',' or blanks.
struct SystemProxy {
    std::string servers;  ///< "proxy:8080", "http=a:80;https=b:3128", "http://proxy:3128"; empty: none
    std::string bypass;   ///< hosts without proxy: "*.example.vn", "10.*", "<local>" (names without a dot)
};

/// For one HTTPS URL. Windows: the proxy of the user that runs this program (also by WPAD or a PAC file), else that of
/// the PC (`netsh winhttp`); takes 10 s at most: what is not known until then is left out. Elsewhere: https_proxy or
/// HTTPS_PROXY, no_proxy or NO_PROXY. Never throws for what the system does not say.
SystemProxy system_proxy(const std::string& url);

}  // namespace wardwatch
