"""kvstudy: a study of KV-cache compression, from a YAML file to a report."""
