using Commission.Client.Text;
using Commission.Contracts.V1;
using YamlDotNet.RepresentationModel;

namespace Commission.Client.Documents;

/// <summary>Reads a payee as the plan format writes it, with name and manager.</summary>
internal static class RepReader
{
    public static Rep Read(YamlFile file, YamlFields fields)
    {
        fields.Check(["rep", "name", "manager", "assignments"]);
        var rep = new Rep
        {
            Rep_ = fields.Words("rep", required: true),
            Name = fields.Words("name"),
            Manager = fields.Words("manager"),
        };
        foreach (var node in fields.Items("assignments"))
        {
            if (file.Fields(node, "plan", "from", "to", "quotas", "targets", "prorate") is { } inner)
            {
                rep.Assignments.Add(Assignment(file, inner));
            }
        }

        return rep;
    }

    private static Assignment Assignment(YamlFile file, YamlFields fields)
    {
        var assignment = new Assignment
        {
            Plan = fields.Words("plan", required: true),
            From = fields.Words("from", required: true),
            To = fields.Words("to"),
            Prorate = fields.Words("prorate"),
        };
        foreach (var (name, node) in fields.Entries("quotas"))
        {
            if (file.Fields(node, "window", "amount", "amounts", "yearly", "spread") is { } inner)
            {
                assignment.Quotas[name] = Quota(file, inner);
            }
        }

        foreach (var (name, node) in fields.Entries("targets"))
        {
            assignment.Targets[name] = Number(file, node);
        }

        return assignment;
    }

    /// <summary>A quota: its window, and what is expected.</summary>
    public static Quota Quota(YamlFile file, YamlFields fields)
    {
        var quota = new Quota
        {
            Window = fields.Words("window", required: true),
            Amount = fields["amount"] is { } amount ? Number(file, amount) : "",
            Yearly = fields["yearly"] is { } yearly ? Number(file, yearly) : "",
        };
        quota.Spread.AddRange(fields.Items("spread").Select(file.Words));
        foreach (var (window, node) in fields.Entries("amounts"))
        {
            quota.Amounts[window] = Number(file, node);
        }

        return quota;
    }

    private static string Number(YamlFile file, YamlNode node)
    {
        var text = file.Words(node);
        if (!Decimals.TryParse(text, out _))
        {
            file.Report(node, $"'{text}' is not a number.");
        }

        return text;
    }
}
