using Commission.Contracts.Grains;
using Commission.Engine;
using Commission.Grains.History;
using Commission.Grains.Reps;
using Api = Commission.Contracts.V1;
using FiscalWindows = Commission.Engine.Windows;

namespace Commission.Grains.Forecasts;

/// <summary>Says what a payee's open deals may bring.</summary>
internal static class RepForecasts
{
    // A house account may have very many open deals: what is drawn is bounded, so that the answer takes no minutes.
    private const int MostDraws = 20_000_000;
    private const int FewestSamples = 100;

    /// <summary>The forecast of a day.</summary>
    public static Answer<Api.ForecastReply> Of(PastState state, Api.ForecastRequest request)
    {
        var fields = new Fields();
        var on = fields.OptionalDay("on", request.On) ?? state.Today;
        var unknown = fields.OptionalNumber("unknown_probability", request.UnknownProbability) ?? 0.5m;
        if (unknown is < 0m or > 1m)
        {
            fields.Refuse("unknown_probability", $"{request.UnknownProbability} is no chance: expected 0 % to 100 %.");
        }

        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var books = state.Books;
        if (books.Estimate(on) is not { } estimate || books.PayAt(on, 1m) is not { } atQuota
            || books.NextUnit(on) is not { } units)
        {
            return RepAnswers.Unassigned(state.Payee.Id, on);
        }

        var samples = Math.Clamp(MostDraws / Math.Max(1, books.Pipeline.Count), FewestSamples, 10_000);
        var options = new PipelineOptions(on) { UnknownProbability = unknown, Samples = samples };
        var reply = Reply(estimate, atQuota, units);
        (reply.Rep, reply.Name, reply.On) = (state.Payee.Id, state.Payee.Name, on.ToText());
        reply.OpenDeals = books.Pipeline.Count;
        reply.Pipeline.AddRange(Spans(books, estimate, options));
        reply.Notices.AddRange(Notices(reply));
        reply.AsOf = state.Account.AsOf;
        return reply;
    }

    /// <summary>The version of a plan that an estimate is by.</summary>
    public static Plan PlanOf(RepBooks books, Estimate estimate) => books.Assignments
        .SelectMany(assigned => assigned.Versions)
        .First(version => version.Id == estimate.Plan && version.Effective == estimate.Version);

    private static Api.ForecastReply Reply(Estimate estimate, PayAtAttainment atQuota, NextUnits units)
    {
        var code = estimate.Currency.Code;
        var reply = new Api.ForecastReply
        {
            Plan = estimate.Plan,
            PayAtQuota = MoneyMapping.ToMoney(atQuota.Total, code),
            NextUnitPays = units.Money.ToText(),
        };
        reply.Components.AddRange(estimate.Components.Select((component, i) =>
            ForecastMapping.ToApi(component, atQuota.Components[i], units.Components[i], code)));
        return reply;
    }

    private static IEnumerable<Api.PipelineSpan> Spans(RepBooks books, Estimate estimate, PipelineOptions options)
    {
        var (plan, statement) = (PlanOf(books, estimate), estimate.Statement);
        var windows = plan.Components.Select(component => component.Window).Append(WindowKind.Year)
            .Where(kind => kind != WindowKind.Deal).Distinct().Order()
            .Select(kind => FiscalWindows.Of(kind, plan.YearStarts, options.On))
            .Where(window => (window.Start, window.End) != (statement.Start, statement.End));
        return books.ForecastPipeline(statement.Start, statement.End, options)
            .Select(forecast => forecast.ToApi("statement", statement.Period))
            .Concat(windows.SelectMany(window => books.ForecastPipeline(window.Start, window.End, options)
                .Select(forecast => forecast.ToApi(
                    window.Kind.ToString().ToLowerInvariant(), window.Name(plan.YearStarts)))));
    }

    private static IEnumerable<string> Notices(Api.ForecastReply reply)
    {
        var unknown = reply.Pipeline.Max(span => span.UnknownProbabilities);
        if (unknown > 0)
        {
            yield return $"no-probability: {unknown} open deals state none.";
        }

        if (reply.Pipeline.Any(span => !span.Earned.Exact))
        {
            yield return "sampled: there are too many open deals to follow every combination of them.";
        }
    }
}
