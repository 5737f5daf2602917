// The people's API about people: signing in, one's own account, users, API tokens and their owners.
#pragma once

#include <vector>

#include "reporting/central/people/sign_in.h"

namespace wardwatch {

std::vector<Route> session_routes(SignIn& sign_in);
/// Where a sign-in is looked at: who has a password of the centre's waits for no directory.
Work sign_in_work(const SignIn& sign_in, const Call& call);
std::vector<Route> open_session_routes(SignIn& sign_in);
std::vector<Route> account_routes(SignIn& sign_in);
std::vector<Route> user_routes(const SignIn& sign_in);
std::vector<Route> api_token_routes(const ApiContext& context);
std::vector<Route> service_account_routes(const ApiContext& context);

}  // namespace wardwatch
