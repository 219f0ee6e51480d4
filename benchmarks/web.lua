-- For wrk: users with a session each, or with one in common. URL USERS

local users

function init(arguments)
	users = tonumber(arguments[1])
	math.randomseed(os.time())
end

function request()
	local cookie = string.format("PHPSESSID=user%028d", math.random(users))
	return wrk.format("GET", nil, {Cookie = cookie})
end

function done(summary, latency)
	local errors = summary.errors
	io.write(string.format("result %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
		latency:percentile(99), errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
