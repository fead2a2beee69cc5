"""A Redis that stops, goes silent or is restarted: how long a request waits, and what it answers."""

from time import monotonic

import pytest
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from common.resilience.redis_options import redis_options
from tests.fault_proxy import SILENT, STOPPED, FaultProxy
from tests.redis_server import WITHOUT, program, running_redis

pytestmark = pytest.mark.skipif(program() is None, reason=WITHOUT)


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def proxy(redis):
    with FaultProxy(redis.port) as proxy:
        yield proxy


@pytest.fixture
def shared_cache(proxy):
    options = redis_options() | {"socket_timeout": 0.2}
    return RedisCache(f"redis://127.0.0.1:{proxy.port}/0", {"OPTIONS": options})


# FA-C1
def test_a_restart_costs_no_call_a_failure(shared_cache, proxy):
    shared_cache.set("name", 1)
    proxy.restart()
    assert shared_cache.get("name") == 1


# FA-C1
@pytest.mark.parametrize("mode", [SILENT, STOPPED])
@pytest.mark.parametrize("connected", [True, False])
def test_it_is_asked_once_and_not_for_long(shared_cache, proxy, mode, connected):
    if connected:
        shared_cache.set("name", 1)
    proxy.set(mode)
    began = monotonic()
    with pytest.raises(RedisError):
        shared_cache.get("name")
    assert monotonic() - began < 1
