using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Rpc;

namespace Commission.Silo.Tests.Garbage;

/// <summary>Requests that mean nothing get status, reason and field, and the silo goes on.</summary>
public sealed class RefusalTests(DocumentedCompany company) : IClassFixture<DocumentedCompany>
{
    private static readonly Dictionary<string, Action<RecordRequest>> Bad = new(StringComparer.Ordinal)
    {
        ["unknown rep"] = request => request.Deal.Owners[0].Rep = "nobody",
        ["negative share"] = request => SetShares(request, "-20%", "120%"),
        ["120 %"] = request => SetShares(request, "60%", "60%"),
        ["31 February"] = request => request.Deal.Credited = "2020-02-31",
        ["no status"] = request => request.Deal.Status = DealStatus.Unspecified,
        ["a status of tomorrow"] = request => request.Deal.Status = (DealStatus)99,
        ["no currency"] = request => request.Deal.Amount.Currency = "",
        ["nanos beyond a unit"] = request => request.Deal.Amount.Nanos = 1_000_000_000,
        ["no deal id"] = request => request.Deal.Deal_ = "",
        ["no event id"] = request => request.EventId = "",
        ["a share that is no number"] = request => request.Deal.Owners[0].Share = "half",
        ["no deal"] = request => request.Deal = null,
    };

    public static TheoryData<string, Code, string, string> Refusals() => new()
    {
        { "unknown rep", Code.NotFound, "UNKNOWN_REP", "deal.owners[0].rep" },
        { "negative share", Code.InvalidArgument, "INVALID_FIELD", "deal.owners[0].share" },
        { "120 %", Code.InvalidArgument, "SHARE_TOTAL", "deal.owners" },
        { "31 February", Code.InvalidArgument, "INVALID_FIELD", "deal.credited" },
        { "no status", Code.InvalidArgument, "INVALID_FIELD", "deal.status" },
        { "a status of tomorrow", Code.InvalidArgument, "INVALID_FIELD", "deal.status" },
        { "no currency", Code.InvalidArgument, "INVALID_FIELD", "deal.amount.currency" },
        { "nanos beyond a unit", Code.InvalidArgument, "INVALID_FIELD", "deal.amount.nanos" },
        { "no deal id", Code.InvalidArgument, "INVALID_FIELD", "deal.deal" },
        { "no event id", Code.InvalidArgument, "INVALID_FIELD", "event_id" },
        { "a share that is no number", Code.InvalidArgument, "INVALID_FIELD", "deal.owners[0].share" },
        { "no deal", Code.InvalidArgument, "INVALID_FIELD", "deal" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Record_OfABadDeal_SaysStatusReasonAndField(string what, Code status, string reason, string field)
    {
        var request = company.Good();
        Bad[what](request);

        var failure = await Assert.ThrowsAsync<RpcFailure>(
            () => company.Silo.Api.RecordAsync(request.EventId, request.Deal));

        AssertRefused(failure, status, reason, field);
        await company.StillServesAsync();
    }

    [Fact]
    public async Task RecordStream_OfGoodAndBadDeals_KeepsTheGoodOnes()
    {
        var requests = new List<RecordRequest>();
        foreach (var spoil in Bad.Values)
        {
            requests.AddRange([company.Good(), company.Good()]);
            spoil(requests[^1]);
        }

        var acks = await company.Silo.Api.RecordStreamAsync(requests).OrderBy(ack => ack.Index).ToListAsync();

        Assert.Equal(requests.Select(request => request.EventId), acks.Select(ack => ack.EventId));
        Assert.All(acks.Where(ack => ack.Index % 2 == 0), ack => Assert.False(ack.Recorded.Repeat));
        Assert.All(acks.Where(ack => ack.Index % 2 == 1), ack => Assert.NotEmpty(ack.Refused.Violations));
        Assert.Equal(
            Refusals().Select(row => (row.Data.Item3, row.Data.Item4)),
            acks.Where(ack => ack.Index % 2 == 1)
                .Select(ack => (ack.Refused.Violations[0].Reason, ack.Refused.Violations[0].Field)));
        foreach (var request in requests.Where((_, i) => i % 2 == 0))
        {
            await IsCreditedAsync(request, acks.Single(ack => ack.EventId == request.EventId).Recorded.Position);
        }
    }

    [Fact]
    public async Task Record_OfAnEventIdWithOtherContent_IsRefusedAndTheFirstStands()
    {
        var request = company.Good();
        var recorded = await company.Silo.Api.RecordAsync(request.EventId, request.Deal);
        var other = request.Deal.Clone();
        other.Amount = 5m.ToMoney();

        var failure = await Assert.ThrowsAsync<RpcFailure>(() => company.Silo.Api.RecordAsync(request.EventId, other));

        AssertRefused(failure, Code.AlreadyExists, "EVENT_ID_REUSED", "event_id");
        await IsCreditedAsync(request, recorded.Position);
        var again = await company.Silo.Api.RecordAsync(request.EventId, request.Deal);
        Assert.Equal((true, recorded.Position), (again.Repeat, again.Position));
    }

    [Fact]
    public async Task GetEstimate_OfAnUnknownRep_IsNotFound()
    {
        var failure = await Assert.ThrowsAsync<RpcFailure>(() => company.Silo.Api.EstimateAsync("nobody"));

        AssertRefused(failure, Code.NotFound, "UNKNOWN_REP", "rep");
    }

    [Theory]
    [InlineData("a gap", "{ from: 50%, rate: 2% }, { from: 0%, rate: 1% }")]
    [InlineData("an overlap", "{ from: 0%, rate: 1% }, { from: 0%, rate: 2% }")]
    public async Task Publish_OfTiersOutOfOrder_SaysLineAndPath(string what, string tiers)
    {
        var text = (await File.ReadAllTextAsync(Path.Combine(SampleCompany.Folder, "plans", "reseller-10.yaml")))
            .Replace("      - { from: 0%, rate: 1.0% }\n", "", StringComparison.Ordinal)
            .Replace("    tiers:\n", "", StringComparison.Ordinal)
            .Replace("      - { from: 100%, rate: 1.5% }\n", $"    tiers: [ {tiers} ]\n", StringComparison.Ordinal);
        var line = text[..text.IndexOf("tiers:", StringComparison.Ordinal)].Count(c => c == '\n') + 1;

        var reply = await company.Silo.Api.ValidateAsync(text);
        var failure = await Assert.ThrowsAsync<RpcFailure>(() => company.Silo.Api.PublishAsync(text));

        Assert.False(reply.Valid, what);
        Assert.Contains(reply.Problems, problem => problem.Severity == "error" && problem.Line == line
            && problem.Path.Contains("tiers[1]", StringComparison.Ordinal));
        Assert.Equal(Code.InvalidArgument, failure.Status);
        Assert.Equal("PLAN_INVALID", failure.Detail<ErrorInfo>()!.Type);
        Assert.StartsWith(
            $"text:{line}:", failure.Detail<BadRequest>()!.FieldViolations[0].Field, StringComparison.Ordinal);
        await company.StillServesAsync();
    }

    [Fact]
    public async Task Put_OfAQuotaOfZero_IsLegalAndNoticed()
    {
        await company.Silo.Api.PutAsync(new Rep
        {
            Rep_ = "no-quota",
            Assignments =
            {
                new Assignment
                {
                    Plan = "reseller-10", From = "2020-01-01",
                    Quotas = { ["sales"] = new Quota { Window = "quarter", Amount = "0" } },
                },
            },
        });
        var request = company.Good();
        request.Deal.Owners[0].Rep = "no-quota";
        var recorded = await company.Silo.Api.RecordAsync(request.EventId, request.Deal);

        var estimate = await company.Silo.Api.EstimateAsync("no-quota", after: recorded.Position);
        var component = estimate.Component("commission");

        Assert.Equal((100m, 0m), (component.Credited.ToDecimal(), component.Earned.ToDecimal()));
        Assert.Equal("", component.Attainment);
        Assert.Contains(component.Notices, notice => notice.StartsWith("no-quota", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-1", "assignments[0].quotas[sales].amount")]
    [InlineData("lots", "assignments[0].quotas[sales].amount")]
    public async Task Put_OfAQuotaThatIsNone_SaysTheField(string amount, string field)
    {
        var failure = await Assert.ThrowsAsync<RpcFailure>(() => company.Silo.Api.PutAsync(new Rep
        {
            Rep_ = "odd-quota",
            Assignments =
            {
                new Assignment
                {
                    Plan = "reseller-10", From = "2020-01-01",
                    Quotas = { ["sales"] = new Quota { Window = "quarter", Amount = amount } },
                },
            },
        }));

        AssertRefused(failure, Code.InvalidArgument, "INVALID_FIELD", field);
    }

    private static void SetShares(RecordRequest request, string first, string second)
    {
        request.Deal.Owners[0].Share = first;
        request.Deal.Owners.Add(new DealOwner { Rep = "rep-295", Share = second });
    }

    private static void AssertRefused(RpcFailure failure, Code status, string reason, string field)
    {
        Assert.Equal(status, failure.Status);
        Assert.Equal(reason, failure.Detail<ErrorInfo>()!.Type);
        Assert.Equal(field, failure.Detail<BadRequest>()!.FieldViolations[0].Field);
        Assert.NotEmpty(failure.Detail<BadRequest>()!.FieldViolations[0].Description);
    }

    private async Task IsCreditedAsync(RecordRequest request, Position position)
    {
        await company.Silo.Api.EstimateAsync("rep-296", after: position);
        var preview = await company.Silo.Api.PreviewAsync("rep-296", request.Deal);
        Assert.Equal(0m, preview.Change.ToDecimal());
    }
}
