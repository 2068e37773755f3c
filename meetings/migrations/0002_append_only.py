from django.db import migrations

from records.engine import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]
    operations = [
        AppendOnly("meetings_revision"),
        AppendOnly("meetings_approval"),
        AppendOnly("meetings_approvalcomment"),
        AppendOnly("meetings_sealedcopy"),
    ]
