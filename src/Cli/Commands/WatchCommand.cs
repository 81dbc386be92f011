using System.CommandLine;
using System.Globalization;
using Commission.Cli.Views;
using Commission.Client;
using Commission.Contracts.V1;
using Google.Rpc;
using Spectre.Console;

namespace Commission.Cli.Commands;

/// <summary>`commission watch REP`.</summary>
internal sealed class WatchCommand
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    private readonly Terminal _terminal;
    private readonly string _server;
    private readonly WatchEstimateRequest _request;
    private readonly bool _json;
    private int _left;
    private bool _connected;

    private WatchCommand(Terminal terminal, string server, WatchEstimateRequest request, int count, bool json)
    {
        (_terminal, _server, _request, _left, _json) = (terminal, server, request, count, json);
    }

    public static Command Create(Terminal terminal, Option<string> server)
    {
        var rep = new Argument<string>("REP") { Description = "The payee's id" };
        var on = CommonOptions.On();
        var count = new Option<int>("--count")
        {
            HelpName = "N", Description = "End after this many updates; default: go on until Ctrl-C",
            DefaultValueFactory = _ => int.MaxValue,
        };
        var json = new Option<bool>("--json") { Description = "Print a line of JSON for each of the API's updates" };
        var command = new Command("watch", "A payee's estimate, live: again after every change")
        {
            rep, on, count, json,
        };
        command.SetAction(Guard.Action(terminal, async (parsed, cancellationToken) =>
        {
            var request = new WatchEstimateRequest { Rep = parsed.GetValue(rep)!, On = parsed.GetValue(on) ?? "" };
            var watch = new WatchCommand(
                terminal, parsed.GetValue(server)!, request, parsed.GetValue(count), parsed.GetValue(json));
            await watch.RunAsync(cancellationToken);
            return ExitCode.Ok;
        }));
        return command;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_json)
        {
            await FollowAsync(_terminal.WriteJsonLine, cancellationToken);
            return;
        }

        if (!_terminal.IsInteractive)
        {
            await FollowAsync(update => _terminal.Out.WriteLine(Line(update)), cancellationToken);
            return;
        }

        await _terminal.Console.Live(new Text("Waiting for the server…")).StartAsync(live => FollowAsync(
            update => live.UpdateTarget(new Rows(
                EstimateView.Of(_terminal, update.Estimate), new Markup($"[grey]{Changes(update)}; Ctrl-C ends[/]"))),
            cancellationToken));
    }

    // A silo that restarts is found again; one that was never there is an error.
    private async Task FollowAsync(Action<EstimateUpdate> show, CancellationToken cancellationToken)
    {
        using var silo = Server.At(_server, _terminal.Token);
        while (_left > 0)
        {
            try
            {
                await ShowAllAsync(silo, show, cancellationToken);
                return;
            }
            catch (RpcFailure failure) when (_connected && failure.Status == Code.Unavailable)
            {
                await Task.Delay(ReconnectDelay, _terminal.Time, cancellationToken);
            }
        }
    }

    private async Task ShowAllAsync(Server silo, Action<EstimateUpdate> show, CancellationToken cancellationToken)
    {
        await foreach (var update in silo.WatchAsync(_request, cancellationToken))
        {
            _connected = true;
            _request.Since = update.Sequence;
            if (update.Estimate is not null)
            {
                show(update);
                _left--;
            }

            if (_left == 0)
            {
                return;
            }
        }
    }

    private static string Line(EstimateUpdate update) => $"{Changes(update)}: {EstimateView.Line(update.Estimate)}";

    private static string Changes(EstimateUpdate update) =>
        string.Create(CultureInfo.InvariantCulture, $"change {update.Sequence}")
        + (update.Conflated > 0
            ? string.Create(CultureInfo.InvariantCulture, $" (with {update.Conflated} before it)")
            : "");
}
