using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Reps;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>One assignment at a time.</summary>
public sealed class AssignTests
{
    private static readonly DateOnly Beginning = new(2026, 1, 1);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [InlineData("", "2026-07-01..", "2026-07-01..")]
    [InlineData("2026-01-01..", "2026-07-01..", "2026-01-01..2026-06-30 2026-07-01..")]
    [InlineData("2026-01-01..", "2026-03-01..2026-03-31", "2026-01-01..2026-02-28 2026-03-01..2026-03-31 2026-04-01..")]
    [InlineData("2026-01-01..2026-06-30 2026-08-01..", "2026-03-01..", "2026-01-01..2026-02-28 2026-03-01..")]
    [InlineData("2026-01-01..", "2026-01-01..2026-06-30", "2026-01-01..2026-06-30")]
    [InlineData("2026-05-01..", "2026-01-01..2026-05-31", "2026-01-01..2026-05-31 2026-06-01..")]
    public void Put_WithCut_LeavesTheOthersTheirOtherDays(string before, string put, string after)
    {
        var result = Assigning.Put(Doc(before), Parse(put, "new"), Overlap.Cut);
        Assert.Equal(after, string.Join(' ', World.Note(result).Assignments.Select(one => $"{one.From}..{one.To}")));
    }

    [Fact]
    public void Put_OverlapWithoutCut_IsRefusedWithEachPlace()
    {
        var refused = Assigning.Put(
            Doc("2026-01-01..2026-06-30 2026-08-01.."), Parse("2026-03-01..", "new"), Overlap.Refuse);

        Assert.Equal(["assignment.from", "assignment.to"], refused.Refusals.Select(one => one.Field));
        Assert.Contains("assignments[1]", refused.Refusals[1].Message, StringComparison.Ordinal);
        Assert.All(refused.Refusals, one => Assert.Equal(RefusalReason.InvalidField, one.Reason));
    }

    [Fact]
    public void Put_WhatIsThere_IsTheSameDocumentInItsOwnOrder()
    {
        var document = Doc("2026-08-01.. 2026-01-01..2026-06-30");
        Assert.Same(document, Assigning.Put(document, Parse("2026-01-01..2026-06-30", "old"), Overlap.Cut).Value);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Put_RandomWithCut_GivesEachDayToTheNewOneOrAsBefore(int seed)
    {
        var random = new Random(seed);
        var document = new Rep { Rep_ = "ann" };
        for (var i = 0; i < 8; i++)
        {
            var from = Beginning.AddDays(random.Next(60));
            var to = random.Next(4) == 0 ? (DateOnly?)null : from.AddDays(random.Next(30));
            var assignment = new Assignment { Plan = $"p{i}", From = from.ToText(), To = to?.ToText() ?? "" };
            var after = World.Note(Assigning.Put(document, assignment, Overlap.Cut));
            for (var day = Beginning; day < Beginning.AddDays(120); day = day.AddDays(1))
            {
                var before = document.Assignments.SingleOrDefault(one => Covers(one, day));
                var kept = before?.From == assignment.From ? null : before?.Plan;
                Assert.Equal(Covers(assignment, day) ? assignment.Plan : kept, PlanOn(after, day));
            }

            Assert.Equal(after, Assigning.Put(after, assignment, Overlap.Cut).Value);
            document = after;
        }
    }

    [Fact]
    public async Task Assign_NewQuota_GivesTheFiguresOfTheWholeDocument()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 60000m, owners: "ann"));
        var request = new AssignRequest { Rep = "ann", Assignment = Docs.Rep("ann", quota: "50000").Assignments[0] };

        var reply = World.Note(await world.Host.Rep("ann").Assign(request));
        var again = World.Note(await world.Host.Rep("ann").Assign(request));
        var version = World.Note(await world.Host.Rep("ann").Put(Docs.Rep("ann", quota: "50000")));

        Assert.Equal((2L, false), (reply.Version, reply.Repeat));
        Assert.Equal((2L, true), (again.Version, again.Repeat));
        Assert.Equal((2L, true), (version.Version, version.Repeat));
        Assert.Equal(3500m, await world.EarnedAsync("ann", "commission"));
        world.Reps["ann"] = Docs.Rep("ann", quota: "50000");
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Assign_CutInTheMiddle_KeepsFiguresThatTheEvaluationGives()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 60000m, owners: "ann"));
        await world.CreditAsync(Docs.Event("e2", "d2", 70000m, on: "2026-05-05", owners: "ann"));
        var assignment = Docs.Rep("ann", quota: "10000").Assignments[0];
        (assignment.From, assignment.To) = ("2026-04-01", "2026-06-30");

        var reply = World.Note(await world.Host.Rep("ann").Assign(
            new AssignRequest { Rep = "ann", Assignment = assignment, Overlap = Overlap.Cut }));

        Assert.Equal(3, reply.Assignments.Count);
        world.Reps["ann"] = World.Note(await world.Host.Rep("ann").Get());
        Assert.Equal(reply.Assignments, world.Reps["ann"].Assignments);
        Assert.Equal(6500m, await world.EarnedAsync("ann", "commission", "2026-05-31"));
        await Audit.CheckAsync(world);
        await world.RestartAsync();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Assign_OldVersion_IsAConcurrentChangeUnlessNothingDiffers()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.PutAsync(Docs.Rep("ann", quota: "70000"));
        var there = new AssignRequest
        {
            Rep = "ann", Version = 1, Assignment = Docs.Rep("ann", quota: "70000").Assignments[0],
        };
        var other = new AssignRequest { Rep = "ann", Version = 1, Assignment = Docs.Rep("ann").Assignments[0] };

        var repeated = World.Note(await world.Host.Rep("ann").Assign(there));
        var refused = await world.Host.Rep("ann").Assign(other);

        Assert.True(repeated.Repeat);
        var refusal = Assert.Single(refused.Refusals);
        Assert.Equal((RefusalReason.ConcurrentChange, "version"), (refusal.Reason, refusal.Field));
        Assert.Equal("70000", World.Note(await world.Host.Rep("ann").Get()).Assignments[0].Quotas["bookings"].Amount);
    }

    [Fact]
    public async Task Assign_WhatThereIsNot_NamesTheField()
    {
        await using var world = await World.WithRepsAsync("ann");
        var rep = world.Host.Rep("ann");
        var plan = Docs.Rep("ann", plan: "nope").Assignments[0];
        var quota = Docs.Rep("ann").Assignments[0];
        quota.Quotas["bookings"].Amount = "x";

        Assert.Equal((RefusalReason.InvalidField, "assignment"), await FirstAsync(rep.Assign(new() { Rep = "ann" })));
        Assert.Equal(
            (RefusalReason.UnknownPlan, "assignment.plan"),
            await FirstAsync(rep.Assign(new() { Rep = "ann", Assignment = plan })));
        Assert.Equal(
            (RefusalReason.InvalidField, "assignment.quotas[bookings].amount"),
            await FirstAsync(rep.Assign(new() { Rep = "ann", Assignment = quota })));
        Assert.Equal(
            (RefusalReason.UnknownRep, "rep"),
            await FirstAsync(world.Host.Rep("zed").Assign(new() { Rep = "zed", Assignment = plan })));
    }

    private static async Task<(RefusalReason, string)> FirstAsync<T>(Task<Answer<T>> asked)
        where T : class => (await asked).Refusals is [var first, ..] ? (first.Reason, first.Field) : default;

    private static Rep Doc(string spans)
    {
        var rep = new Rep { Rep_ = "ann" };
        rep.Assignments.AddRange(
            spans.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(span => Parse(span, "old")));
        return rep;
    }

    private static Assignment Parse(string span, string plan)
    {
        var days = span.Split("..");
        return new Assignment { Plan = plan, From = days[0], To = days[1] };
    }

    private static string? PlanOn(Rep document, DateOnly day) =>
        document.Assignments.SingleOrDefault(one => Covers(one, day))?.Plan;

    private static bool Covers(Assignment assignment, DateOnly day) =>
        string.CompareOrdinal(assignment.From, day.ToText()) <= 0
        && (assignment.To.Length == 0 || string.CompareOrdinal(assignment.To, day.ToText()) >= 0);
}
