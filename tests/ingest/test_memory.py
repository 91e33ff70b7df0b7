import subprocess
import sys
from pathlib import Path

import torch
from PIL import Image

ROOT = Path(__file__).parents[2]
MEASURE = """
import resource, sys
from pathlib import Path
from ingest.pipeline import measure
from ingest.settings import Settings
measure(Settings("googlenet", Path(sys.argv[1]), Path(sys.argv[2]), weights="none", device="cpu"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


def test_googlenet_at_its_full_size_stays_under_four_gigabytes(tmp_path: Path) -> None:
    """One batch, one class's tables and one join; each further picture of a class adds 100 kB of votes."""
    for folder in "ab":
        (tmp_path / "images" / folder).mkdir(parents=True)
        for at in range(9):
            pixels = torch.randint(0, 256, (240, 260, 3), dtype=torch.uint8)
            Image.fromarray(pixels.numpy()).save(tmp_path / "images" / folder / f"{at}.png")
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "images"), str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 4, f"{float(done.stdout):.2f} GB"
