"""A real S3 server on loopback, from a package: moto's."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from offpage.services.s3_files import Bucket

KEY_ID, SECRET, REGION = "offpage-test-key", "offpage-test-secret", "us-east-1"

_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class S3Server:
    """The server."""

    url: str

    def bucket(self) -> Bucket:
        """A new, empty bucket."""
        name = f"files-{next(_NUMBERS)}"
        client = self.client()
        client.create_bucket(Bucket=name)
        client.close()
        return Bucket(name, "shop", self.url, REGION, KEY_ID, SECRET)

    def client(self) -> Any:
        """Amazon's own client."""
        import boto3

        keys = {"aws_access_key_id": KEY_ID, "aws_secret_access_key": SECRET}
        return boto3.client("s3", endpoint_url=self.url, region_name=REGION, **keys)

    def objects(self, bucket: Bucket) -> list[str]:
        """What is in a bucket."""
        client = self.client()
        found = client.list_objects_v2(Bucket=bucket.name).get("Contents", [])
        client.close()
        return [str(one["Key"]) for one in found]


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Serve while the block lasts."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield S3Server(f"http://{host}:{port}")
    finally:
        server.stop()
