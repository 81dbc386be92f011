using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.Mapping;
using Commission.Grains.Reps;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.History;

/// <summary>Finds the figure of a payee that a request is about, and explains it.</summary>
internal sealed class RepExplanations
{
    private const int MostDealsLimit = 1000;
    private const int MostDealsDefault = 20;
    private readonly PastState _state;
    private readonly Api.ExplainRequest _request;
    private readonly DateOnly _on;

    private RepExplanations(PastState state, Api.ExplainRequest request, DateOnly on) =>
        (_state, _request, _on) = (state, request, on);

    private string Rep => _state.Payee.Id;

    private string Component => _request.Component;

    private IEnumerable<string> Components => _state.Books.Assignments.SelectMany(assigned => assigned.Versions)
        .SelectMany(plan => plan.Components).Select(component => component.Id).Distinct(StringComparer.Ordinal);

    private IEnumerable<CreditRecord> Credited => _state.Account.Credits.Where(record => record.Roles.Count > 0);

    private int Most => _request.HasMostDeals ? _request.MostDeals : MostDealsDefault;

    /// <summary>Explains it.</summary>
    public static Answer<Api.ExplainReply> Of(PastState state, Api.ExplainRequest request)
    {
        var fields = new Fields();
        var found = new RepExplanations(state, request, fields.OptionalDay("on", request.On) ?? state.Today);
        found.Check(fields);
        var explained = fields.Refused ? fields.Refusals : found.Explain();
        if (explained.Value is not { } explanations)
        {
            return explained.Refusals;
        }

        var reply = new Api.ExplainReply { AsOf = state.Account.AsOf };
        reply.Explanations.AddRange(explanations.Select(explanation => explanation.ToApi()));
        reply.Text.AddRange(string.Join("\n\n", explanations.Select(explanation => explanation.ToText())).Split('\n'));
        return reply;
    }

    private void Check(Fields fields)
    {
        if (new[] { _request.Window, _request.Period, _request.Deal }.Count(choice => choice.Length > 0) > 1)
        {
            fields.Refuse("deal", "Choose one of a window, a period and a deal.");
        }

        if (Component.Length > 0 && !Components.Contains(Component, StringComparer.Ordinal))
        {
            fields.Refuse("component",
                $"The plans of '{Rep}' have no component '{Component}'{ExplainCase.NearestTo(Component, Components)}");
        }

        if (_request.HasMostDeals && _request.MostDeals is < 0 or > MostDealsLimit)
        {
            fields.Refuse("most_deals", $"{_request.MostDeals}: expected 0 to {MostDealsLimit}.");
        }
    }

    private Answer<List<Explanation>> Explain() =>
        _request.Deal.Length > 0 ? OfDeal()
        : _request.Window.Length > 0 ? OfWindow()
        : _request.Period.Length > 0 ? OfPeriod()
        : Component.Length > 0 ? OfComponent()
        : OfStatement(_on);

    private Answer<List<Explanation>> OfDeal()
    {
        if (_state.Account.Find(_request.Deal) is not { } record)
        {
            var near = ExplainCase.NearestTo(_request.Deal, Credited.Select(known => known.Deal.Deal_));
            return Refuse(RefusalReason.UnknownDeal, "deal",
                $"'{Rep}' is not credited with a deal '{_request.Deal}'{near}");
        }

        var options = new ExplainOptions([CreditRecords.ToCredit(record)], Most);
        return _state.Books.ExplainEarnedBy(_request.Deal, options) is { } explanation
            ? Part(explanation, "deal")
            : Refuse(RefusalReason.InvalidField, "deal",
                $"'{_request.Deal}' is {record.Deal.Status.ToString().ToUpperInvariant()}: only a WON deal earns.");
    }

    private Answer<List<Explanation>> OfWindow()
    {
        var options = Options();
        var found = (Component.Length > 0 ? [Component] : Components)
            .Select(component => _state.Books.ExplainWindow(component, _request.Window, options))
            .OfType<Explanation>().ToList();
        return found.Count > 0
            ? found
            : Refuse(RefusalReason.InvalidField, "window",
                $"'{Rep}' has no such window: expected one of a plan's, such as 2026, 2026-H1, 2026-Q1 or 2026-01.");
    }

    private Answer<List<Explanation>> OfComponent() =>
        _state.Books.ExplainWindow(Component, _on, Options()) is { } explanation
            ? new List<Explanation> { explanation }
            : Refuse(RefusalReason.InvalidField, "component",
                $"'{Component}' has no window on {_on.ToText()}: choose another day, or a deal or a period.");

    private Answer<List<Explanation>> OfPeriod()
    {
        if (_state.WindowOf(_request.Period) is { } period)
        {
            foreach (var assigned in _state.Books.Assignments.Reverse())
            {
                var day = assigned.Assignment.To < period.End ? assigned.Assignment.To.Value : period.End;
                if (_state.Books.Estimate(day)?.Statement.Period == _request.Period)
                {
                    return OfStatement(day);
                }
            }
        }

        return Refuse(RefusalReason.InvalidField, "period",
            $"'{Rep}' has no statement of that name: expected a period of its plan, such as 2026-01 or 2026-Q1.");
    }

    private Answer<List<Explanation>> OfStatement(DateOnly on) =>
        _state.Books.ExplainStatement(on, Options()) is { } explanation
            ? Part(explanation, "period")
            : RepAnswers.Unassigned(Rep, on);

    private Answer<List<Explanation>> Part(Explanation whole, string field) =>
        Component.Length == 0 ? new List<Explanation> { whole }
        : whole.OfComponent(Component) is { } part ? new List<Explanation> { part }
        : Refuse(RefusalReason.InvalidField, "component", $"'{Component}' has no part in this {field}.");

    private ExplainOptions Options() => new([.. Credited.Select(CreditRecords.ToCredit)], Most);

    private static ImmutableArray<Refusal> Refuse(RefusalReason reason, string field, string message) =>
        [new Refusal(reason, field, message)];
}
