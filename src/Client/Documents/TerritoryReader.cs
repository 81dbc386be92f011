using Commission.Client.Text;
using Commission.Contracts.V1;
using YamlDotNet.RepresentationModel;

namespace Commission.Client.Documents;

/// <summary>Reads a territory; its <c>when</c> is written as in plans.</summary>
internal static class TerritoryReader
{
    public static Territory Read(YamlFile file, YamlFields fields)
    {
        fields.Check(["territory", "title", "parent", "when", "members", "quota"]);
        var territory = new Territory
        {
            Territory_ = fields.Words("territory", required: true),
            Title = fields.Words("title"),
            Parent = fields.Words("parent"),
        };
        territory.When.AddRange(fields.Entries("when").Select(entry => Match(file, entry.Name, entry.Value)));
        foreach (var node in fields.Items("members"))
        {
            if (file.Fields(node, "rep", "role", "share", "from", "to") is { } inner)
            {
                territory.Members.Add(Member(inner));
            }
        }

        if (fields["quota"] is { } expected && file.Fields(
            expected, "currency", "window", "amount", "amounts", "yearly", "spread") is { } quota)
        {
            territory.Quota = new TerritoryQuota
            {
                Currency = quota.Words("currency", required: true), Quota = RepReader.Quota(file, quota),
            };
        }

        return territory;
    }

    private static FieldMatch Match(YamlFile file, string name, YamlNode node)
    {
        var match = new FieldMatch { Field = name };
        if (node is not YamlMappingNode)
        {
            match.AnyOf.AddRange(file.OneOrMore(node));
        }
        else if (file.Fields(node, "min", "max", "not") is { } range)
        {
            match.Min = range.Words("min");
            match.Max = range.Words("max");
            match.NoneOf.AddRange(range["not"] is { } not ? file.OneOrMore(not) : []);
        }

        return match;
    }

    private static TerritoryMember Member(YamlFields fields) => new()
    {
        Rep = fields.Words("rep", required: true),
        Role = fields.Words("role"),
        Share = fields.Words("share"),
        From = fields.Words("from"),
        To = fields.Words("to"),
    };
}
