#!/usr/bin/env escript
%%! +sbt db
%% escript bench.escript Table Workload Directory: reads records as lines of "key<TAB>value" in the order of keys from
%% records.txt of the directory, a value being one text, or the four fields of a map; and their keys in another order from
%% shuffled.txt. Warms up on a table of some of them, then measures; prints nanoseconds per call by the monotonic clock,
%% which is that of the other programs. Each binary is one of its own, as an application has them, and no part of the file.
-mode(compile).

-define(WARM_UP, 20000).

main([Kind, Workload, Directory]) ->
    Records = read_records(filename:join(Directory, "records.txt")),
    Shuffled = [binary:copy(Key) || Key <- read_lines(filename:join(Directory, "shuffled.txt"))],
    Few = lists:sublist(Records, ?WARM_UP),
    FewKeys = shuffle_like(Few, Shuffled),
    [run(Kind, Workload, filename:join(Directory, "warm-up"), Few, FewKeys) || _ <- lists:seq(1, 3)],
    io:format("~p~n", [run(Kind, Workload, filename:join(Directory, "measured"), Records, Shuffled)]).

run(Kind, Workload, Name, Records, Shuffled) ->
    Table = open(Kind, Name),
    prepare(Table, Workload, Records),
    erlang:garbage_collect(),
    Begin = erlang:monotonic_time(nanosecond),
    Calls = measure(Table, Workload, Records, Shuffled),
    End = erlang:monotonic_time(nanosecond),
    close(Table, Name),
    (End - Begin) / Calls.

%% The keys of some records, in the order in which all are shuffled.
shuffle_like(Records, Shuffled) when length(Records) =:= length(Shuffled) -> Shuffled;
shuffle_like(Records, Shuffled) ->
    Keys = maps:from_list([{Key, true} || {Key, _} <- Records]),
    [Key || Key <- Shuffled, maps:is_key(Key, Keys)].

read_lines(Path) ->
    {ok, Bytes} = file:read_file(Path),
    binary:split(Bytes, <<"\n">>, [global, trim]).

read_records(Path) ->
    [record(binary:split(Line, <<"\t">>, [global])) || Line <- read_lines(Path)].

record([Key, Text]) ->
    {binary:copy(Key), binary:copy(Text)};
record([Key, Status, Attempts, At, Note]) ->
    {binary:copy(Key), #{status => binary:copy(Status), attempts => binary_to_integer(Attempts),
                         at => binary_to_integer(At), note => binary:copy(Note)}}.

tuned() -> [{read_concurrency, true}, {write_concurrency, auto}].

open("ets", _) -> {ets, ets:new(bench, [set, public])};
open("ets_tuned", _) -> {ets, ets:new(bench, [set, public | tuned()])};
open("ets_ordered", _) -> {ets, ets:new(bench, [ordered_set, public])};
open("ets_ordered_tuned", _) -> {ets, ets:new(bench, [ordered_set, public | tuned()])};
open("dets", Name) ->
    {ok, Table} = dets:open_file(bench, [{file, Name ++ ".dets"}]),
    {dets, Table}.

close({ets, Table}, _) -> ets:delete(Table);
close({dets, Table}, Name) -> dets:close(Table), file:delete(Name ++ ".dets").

prepare({Module, Table}, Workload, Records) when Workload =:= "lookup"; Workload =:= "walk"; Workload =:= "fold" ->
    Module:insert(Table, Records),
    sync(Module, Table);
prepare({Module, Table}, "count", Records) ->
    Module:insert(Table, [{Key, 0} || {Key, _} <- Records]);
prepare(_, _, _) ->
    ok.

sync(ets, _) -> ok;
sync(dets, Table) -> dets:sync(Table).

measure({Module, Table}, "insert", Records, _) ->
    each(fun(Record) -> Module:insert(Table, Record) end, Records);
measure({Module, Table}, "random insert", Records, Shuffled) ->
    Value = element(2, hd(Records)),
    each(fun(Key) -> Module:insert(Table, {Key, Value}) end, Shuffled);
measure({Module, Table}, "batches", Records, _) ->
    batches(Module, Table, Records),
    length(Records);
measure({Module, Table}, "lookup", _, Shuffled) ->
    each(fun(Key) -> [_] = Module:lookup(Table, Key) end, Shuffled);
measure({Module, Table}, "count", _, Shuffled) ->
    each(fun(Key) -> Module:update_counter(Table, Key, 1) end, Shuffled);
measure({ets, Table}, "walk", _, _) ->
    walk(Table, ets:first(Table), 0);
measure({Module, Table}, "fold", _, _) ->
    Module:foldl(fun(_, Count) -> Count + 1 end, 0, Table).

%% A loop that keeps no results.
each(Call, List) -> each(Call, List, 0).
each(_, [], Count) -> Count;
each(Call, [First | Rest], Count) -> Call(First), each(Call, Rest, Count + 1).

walk(_, '$end_of_table', Count) -> Count;
walk(Table, Key, Count) -> walk(Table, ets:next(Table, Key), Count + 1).

batches(_, _, []) -> ok;
batches(Module, Table, Records) ->
    {Batch, Rest} = lists:split(min(100, length(Records)), Records),
    Module:insert(Table, Batch),
    batches(Module, Table, Rest).
