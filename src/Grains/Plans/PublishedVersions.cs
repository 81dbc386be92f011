using System.Globalization;
using System.Text;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Storage;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Grains.Plans;

/// <summary>Lists and compares a plan's published versions.</summary>
internal static class PublishedVersions
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <summary>A page of them, the latest first.</summary>
    /// <param name="request">Which.</param>
    /// <param name="versions">All, the oldest first.</param>
    /// <param name="plans">Parses them.</param>
    public static Answer<ListPlanVersionsReply> List(
        ListPlanVersionsRequest request, IReadOnlyList<CatalogEntry> versions, PlanLibrary plans)
    {
        var fields = new Fields();
        if (request.PageSize is < 0 or > LargestPage)
        {
            fields.Refuse("page_size", $"{request.PageSize} is not a page size: expected 0 to {LargestPage}.");
        }

        var before = BeforeOf(request.PageToken, fields);
        if (fields.Refused || versions.Count == 0)
        {
            return fields.Refused ? fields.Refusals : Unknown(request.Plan);
        }

        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var days = new HashSet<DateOnly>();
        var page = new ListPlanVersionsReply();
        foreach (var entry in versions.Reverse())
        {
            var effective = plans.Parse(entry).Effective;
            var superseded = !days.Add(effective);
            if (entry.Version < before && page.Versions.Count < size)
            {
                page.Versions.Add(ToApi(entry, effective, superseded));
            }
        }

        var last = page.Versions.Count > 0 ? page.Versions[^1].Version : 1;
        page.NextPageToken = last > versions[0].Version ? last.ToString(CultureInfo.InvariantCulture) : "";
        return page;
    }

    /// <summary>What changed from one to another.</summary>
    /// <param name="request">Which.</param>
    /// <param name="versions">All, the oldest first.</param>
    public static Answer<DiffPlanReply> Diff(DiffPlanRequest request, IReadOnlyList<CatalogEntry> versions)
    {
        if (versions.Count == 0)
        {
            return Unknown(request.Plan);
        }

        var to = request.To == 0 ? versions[^1].Version : request.To;
        var from = request.From != 0 ? request.From : to > 0 ? to - 1 : to;
        if (from == 0)
        {
            return new Refusal(RefusalReason.InvalidField, "from",
                $"Version 1 of '{request.Plan}' is the first: there is none before it.");
        }

        var (old, @new) = (Find(versions, from), Find(versions, to));
        if (old is null || @new is null)
        {
            return new Refusal(RefusalReason.UnknownPlan, old is null ? "from" : "to",
                $"Plan '{request.Plan}' has no version {(old is null ? from : to)}: its latest is "
                + $"{versions[^1].Version}.");
        }

        var reply = new DiffPlanReply { Plan = request.Plan, From = from, To = to };
        reply.Changes.AddRange(PlanDiffs.Between(TextOf(old), TextOf(@new)).Select(ToApi));
        return reply;
    }

    private static long BeforeOf(string token, Fields fields)
    {
        var before = long.MaxValue;
        if (token.Length > 0
            && !(long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out before) && before > 0))
        {
            fields.Refuse("page_token", "This is not what a page before ended with: ask for the first page again.");
        }

        return before;
    }

    private static PlanVersion ToApi(CatalogEntry entry, DateOnly effective, bool superseded) => new()
    {
        Version = entry.Version,
        Effective = effective.ToText(),
        Published = Timestamp.FromDateTimeOffset(entry.RecordedAt),
        Superseded = superseded,
    };

    private static PlanFieldChange ToApi(PlanChange change)
    {
        var result = new PlanFieldChange { Path = change.Path };
        if (change.Old is { } old)
        {
            result.Old = old;
        }

        if (change.New is { } @new)
        {
            result.New = @new;
        }

        return result;
    }

    private static CatalogEntry? Find(IEnumerable<CatalogEntry> versions, long version) =>
        versions.FirstOrDefault(entry => entry.Version == version);

    private static string TextOf(CatalogEntry entry) => Encoding.UTF8.GetString(entry.Document.Span);

    private static Refusal Unknown(string plan) =>
        new(RefusalReason.UnknownPlan, "plan", $"No plan '{plan}' was published.");
}
