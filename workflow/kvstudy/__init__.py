"""kvstudy: a study of KV-cache compression, from a YAML file to a report."""

import sys

sys.path.append("")  # a press of one's own may lie in the folder of the study; it comes behind all that is installed
